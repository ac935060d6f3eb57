// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Sum of the blocks' gradients by a fixed pairwise tree: block <c>2j</c> with block <c>2j + 1</c>, repeatedly; an odd last one is passed up
/// unchanged. The sum ends in block 0.
/// </summary>
internal static class BlockTree
{
    /// <summary>Parameters in one item of work.</summary>
    public const int Range = 4096;

    /// <summary>Adds one range of all blocks and says whether every sum is finite.</summary>
    public static bool Add(ReadOnlySpan<LaneMemory> blocks, int start, int length)
    {
        for (int distance = 1; distance < blocks.Length; distance *= 2)
            for (int block = 0; block + distance < blocks.Length; block += 2 * distance)
                ElementwiseKernel.AddTo(blocks[block + distance].Region(start, length), blocks[block].Region(start, length));
        return ElementwiseKernel.AllFinite(blocks[0].Region(start, length));
    }
}
