// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Ai8x.Networks;

/// <summary>Shape of a feature map as the chip numbers it: rows, columns, channels. One-dimensional data has one column.</summary>
/// <param name="Rows">Rows, at least 1.</param>
/// <param name="Columns">Columns, at least 1.</param>
/// <param name="Channels">Channels, at least 1.</param>
public readonly record struct FeatureShape(int Rows, int Columns, int Channels)
{
    /// <summary>Rows times columns.</summary>
    public int Pixels => checked(Rows * Columns);

    /// <summary>Number of values.</summary>
    public int Count => checked(Rows * Columns * Channels);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Channels}x{Rows}x{Columns}");
}
