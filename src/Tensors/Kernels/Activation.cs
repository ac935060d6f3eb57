// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>
/// A fused chain of element-wise steps: rectifier (or not), then multiplication by <see cref="Scale"/>, then clamp to
/// <c>[Low, High]</c>. A part that is left out is the identity, bit for bit.
/// </summary>
/// <remarks>
/// Rectifier: <c>x &lt;= 0 ? +0 : x</c>, gradient where <c>x &gt; 0</c>. Clamp: <c>x &lt; Low ? Low : x &gt; High ? High : x</c>, gradient where <c>Low &lt;= x &lt;= High</c>.
/// Not-a-number passes through forwards, so a diverged run is seen in the loss.
/// </remarks>
internal readonly record struct Activation(bool Rectify, float Scale, float Low, float High)
{
    /// <summary>Changes nothing.</summary>
    public static Activation Identity => new(false, 1, float.NegativeInfinity, float.PositiveInfinity);

    public static Activation Rectifier => Identity with { Rectify = true };

    public bool IsIdentity => this == Identity;

    private bool Clamps => !float.IsNegativeInfinity(Low) || !float.IsPositiveInfinity(High);

    /// <summary>This chain followed by another, or null where the two do not fit into one.</summary>
    public Activation? Then(Activation next)
    {
        if (IsIdentity) return next;
        if (next.Rectify || (next.Scale != 1 && (Clamps || Scale != 1)) || (next.Clamps && Clamps)) return null;
        return this with { Scale = next.Scale != 1 ? next.Scale : Scale, Low = next.Clamps ? next.Low : Low, High = next.Clamps ? next.High : High };
    }
}
