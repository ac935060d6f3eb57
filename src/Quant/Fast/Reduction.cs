// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.Quant.Fast;

/// <summary>
/// How a layer's accumulator becomes an output value: the constants of <see cref="IntegerArithmetic.ShiftRoundHalfUpSaturate"/> and the
/// activation as two bounds, so that a vector does it without branches on data.
/// </summary>
internal readonly struct Reduction
{
    public Reduction(QuantizedLayer layer)
    {
        int right = 7 - layer.TotalShift;
        RightShift = Math.Max(right, 0);
        LeftShift = Math.Max(-right, 0);
        Rounding = right > 0 ? 1 << (right - 1) : 0;
        Low = layer.Activation == ActivationKind.Relu ? 0 : sbyte.MinValue;
        Absolute = layer.Activation == ActivationKind.Abs;
        Wide = layer.OutputWidth == 32;
    }

    public int RightShift { get; }

    public int LeftShift { get; }

    /// <summary>Half of the last place, added before the right shift. Accumulators stay below 2^29, so the sum fits 32 bits.</summary>
    public int Rounding { get; }

    /// <summary>Lower bound of the result: 0 after a ReLU.</summary>
    public int Low { get; }

    public bool Absolute { get; }

    public bool Wide { get; }
}
