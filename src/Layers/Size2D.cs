// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Ai8x.Layers;

/// <summary>Rows and columns of a window. A single number stands for a square: <c>poolSize: 2</c> is <c>poolSize: (2, 2)</c>.</summary>
/// <param name="Rows">Rows.</param>
/// <param name="Columns">Columns.</param>
public readonly record struct Size2D(int Rows, int Columns)
{
    /// <summary>A square window.</summary>
    /// <param name="side">Rows and columns.</param>
    public static implicit operator Size2D(int side) => new(side, side);

    /// <summary>A window of rows by columns.</summary>
    /// <param name="size">Rows, then columns.</param>
    public static implicit operator Size2D((int Rows, int Columns) size) => new(size.Rows, size.Columns);

    /// <summary>A square window.</summary>
    /// <param name="side">Rows and columns.</param>
    /// <returns>The size.</returns>
    public static Size2D FromInt32(int side) => side;

    /// <summary>A window of rows by columns.</summary>
    /// <param name="size">Rows, then columns.</param>
    /// <returns>The size.</returns>
    public static Size2D FromValueTuple((int Rows, int Columns) size) => size;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Rows}x{Columns}");
}
