// SPDX-License-Identifier: MIT
namespace Ai8x.Layers;

/// <summary>Kind of pooling (numerics.md section 12.1 step 1).</summary>
public enum PoolKind
{
    /// <summary>Largest value of the window; the gradient goes to the first largest.</summary>
    Max,

    /// <summary>Mean of the window, then clamped to ±1.</summary>
    Average,
}
