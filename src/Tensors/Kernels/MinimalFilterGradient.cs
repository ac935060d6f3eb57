// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Winograd's minimal filtering F(3x3, 2x2), by which the weight gradients of convolutions of <see cref="MinimalFilter"/> are found, of sixteen tiles and more: of the two by two output gradients <c>dy</c> of a tile (+0 outside the map) come sixteen terms <c>z</c>, of the sixteen input pixels that the tile reads the terms <c>v</c>
/// of <see cref="MinimalFilter"/>, and of the sums <c>s</c> of their products the nine gradients of a kernel:
/// <code>
///   rows of z:    dy0, dy0 + dy1, dy0 - dy1, dy1      then the same of the columns
///   s:            in each lane chains over the tiles of a strip, then the tree of lanes; strips one after the other
///   dw:           h = (s1 + s2) / 2:  s0 + h, (s1 - s2) / 2, h - s3 of the columns      then the same of the rows
/// </code>
/// All terms have their place in this sequence, so it has one result (docs/numeric-contract.md, "Weight gradients by minimal filtering").
/// </summary>
internal static class MinimalFilterGradient
{
    /// <summary>Tiles of a strip, in raster order; the last has what is left.</summary>
    public const int StripTiles = 64;

    // With fewer the sums around the products take what these save.
    private const int LeastTiles = 16;

    /// <summary>Whether a weight gradient is found so. The shape alone decides, so that every width and number of workers does the same.</summary>
    public static bool Takes(in ConvolutionShape shape) => MinimalFilter.Takes(shape) && MinimalFilter.Tiles(shape) >= LeastTiles;
}
