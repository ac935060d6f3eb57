// SPDX-License-Identifier: MIT
using Ai8x.Device.Limits;

namespace Ai8x.Layers;

/// <summary>The largest value of a window of positions, per channel.</summary>
public sealed class MaxPool1D : Pool
{
    /// <summary>Makes the layer and checks it against the device.</summary>
    /// <param name="poolSize">Length of the pooling window, 1..16.</param>
    /// <param name="poolStrides">Pooling stride, 1..16; null for the length of the window.</param>
    /// <param name="name">Name, or null for a default one.</param>
    /// <exception cref="LimitException">An argument breaks a limit of the device; all broken limits are listed.</exception>
    public MaxPool1D(int poolSize = PoolWindow.DefaultSize, int? poolStrides = PoolWindow.DefaultSize, string? name = null)
        : base(PoolWindow.FromLength(PoolKind.Max, poolSize, poolStrides), oneDimensional: true, name)
    {
    }

    /// <inheritdoc/>
    public override string DefaultName => "max_pool1d";
}
