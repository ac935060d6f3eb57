// SPDX-License-Identifier: MIT
namespace Ai8x.Layers;

/// <summary>Activation of a layer that can be trained in this flow (numerics.md section 12.1); it precedes the output scale.</summary>
public enum Activation
{
    /// <summary>Identity.</summary>
    None,

    /// <summary><c>max(y, 0)</c>, gradient 0 at 0.</summary>
    ReLU,
}
