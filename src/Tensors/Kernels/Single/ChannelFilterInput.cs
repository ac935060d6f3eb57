// SPDX-License-Identifier: MIT
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels.Single;

/// <summary>Makes the <see cref="ChannelFilterTerms"/> of a whole map <c>[term][tile][channel]</c>, which the groups of outputs behind it share.</summary>
/// <param name="width">Vector width.</param>
/// <param name="pixels">What <see cref="ChannelFilterTerms.Pixels"/> says.</param>
/// <param name="channels">Input channels.</param>
/// <param name="terms">Receives each term as a row.</param>
internal sealed unsafe class ChannelFilterInput(VectorWidth width, int[] pixels, int channels, ChannelMap terms) : ChannelStep
{
    // A vector of a tile has 32 sums, which take the time of as many multiply-adds, and about as many loads and stores.
    private const long WorkOfAChannel = 64;

    private readonly int _tiles = pixels.Length / MinimalFilter.Terms;
    private readonly int _items = ChannelItems.Count(WorkOfAChannel * channels * (pixels.Length / MinimalFilter.Terms), pixels.Length / MinimalFilter.Terms);

    public override int Items => _items;

    public override void Run(int item)
    {
        int first = ChannelBlocks.Start(_tiles, _items, item), count = ChannelBlocks.Start(_tiles, _items, item + 1) - first;
        fixed (float* memory = Memory.All)
        fixed (int* places = pixels)
        {
            int* place = places + first * MinimalFilter.Terms;
            float* target = memory + terms.Offset + (nint)first * channels;
            switch (width)
            {
                case VectorWidth.Vector512: ChannelFilterTerms.Run<Lanes512, Vector512<float>>(memory, place, count, channels, target, terms.Stride); break;
                case VectorWidth.Vector256: ChannelFilterTerms.Run<Lanes256, Vector256<float>>(memory, place, count, channels, target, terms.Stride); break;
                case VectorWidth.Vector128: ChannelFilterTerms.Run<Lanes128, Vector128<float>>(memory, place, count, channels, target, terms.Stride); break;
                default: ChannelFilterTerms.Run<LanesScalar, float>(memory, place, count, channels, target, terms.Stride); break;
            }
        }
    }
}
