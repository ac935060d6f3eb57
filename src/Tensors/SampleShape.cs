// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors;

/// <summary>
/// Shape of one sample or one activation map without the batch axis, in the logical order <c>[H, W, C]</c>. One-dimensional data of
/// length <c>L</c> is <c>[L, 1, C]</c>; a vector of <c>n</c> features is <c>[1, 1, n]</c>.
/// </summary>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Width">Columns, at least 1.</param>
/// <param name="Channels">Channels, at least 1.</param>
public readonly record struct SampleShape(int Height, int Width, int Channels)
{
    /// <summary>Number of elements: <c>Height * Width * Channels</c>.</summary>
    public int Count => checked(Height * Width * Channels);

    /// <summary>Rows times columns.</summary>
    public int Pixels => checked(Height * Width);

    /// <inheritdoc/>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"[{Height}, {Width}, {Channels}]");
}
