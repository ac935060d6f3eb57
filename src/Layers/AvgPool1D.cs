// SPDX-License-Identifier: MIT
using Ai8x.Device.Limits;

namespace Ai8x.Layers;

/// <summary>The mean of a window of positions, per channel. The result is clamped to ±1.</summary>
public sealed class AvgPool1D : Pool
{
    /// <summary>Makes the layer and checks it against the device.</summary>
    /// <param name="poolSize">Length of the pooling window, 1..16.</param>
    /// <param name="poolStrides">Pooling stride, 1..16; null for the length of the window.</param>
    /// <param name="name">Name, or null for a default one.</param>
    /// <exception cref="LimitException">An argument breaks a limit of the device; all broken limits are listed.</exception>
    public AvgPool1D(int poolSize = PoolWindow.DefaultSize, int? poolStrides = PoolWindow.DefaultSize, string? name = null)
        : base(PoolWindow.FromLength(PoolKind.Average, poolSize, poolStrides), oneDimensional: true, name)
    {
    }

    /// <inheritdoc/>
    public override string DefaultName => "avg_pool1d";
}
