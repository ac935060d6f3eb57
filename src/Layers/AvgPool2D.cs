// SPDX-License-Identifier: MIT
using Ai8x.Device.Limits;

namespace Ai8x.Layers;

/// <summary>The mean of a window of rows and columns, per channel. The result is clamped to ±1.</summary>
public sealed class AvgPool2D : Pool
{
    /// <summary>Makes the layer and checks it against the device.</summary>
    /// <param name="poolSize">Pooling window, 1..16 per axis; null for 2x2.</param>
    /// <param name="poolStrides">Pooling stride of rows and columns, 1..16; null for the side of the window.</param>
    /// <param name="name">Name, or null for a default one.</param>
    /// <exception cref="LimitException">An argument breaks a limit of the device; all broken limits are listed.</exception>
    public AvgPool2D(Size2D? poolSize = null, int? poolStrides = PoolWindow.DefaultSize, string? name = null)
        : base(PoolWindow.FromArguments(PoolKind.Average, poolSize, poolStrides, nameof(AvgPool2D), name), oneDimensional: false, name)
    {
    }

    /// <inheritdoc/>
    public override string DefaultName => "avg_pool2d";
}
