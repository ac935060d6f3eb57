// SPDX-License-Identifier: MIT
namespace Ai8x.Onnx;

/// <summary>The limits to which the outputs of layers are clamped (numerics.md section 12.1).</summary>
internal static class ClampLimits
{
    /// <summary>An ordinary layer stays within plus and minus this.</summary>
    public const float Narrow = 1f;

    /// <summary>A wide layer stays within plus and minus this, 2 to the power 17.</summary>
    public const float Wide = 131072f;
}
