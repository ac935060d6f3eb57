// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Autograd;
using Ai8x.Device.Limits;

namespace Ai8x.Layers;

/// <summary>
/// What follows the biased sum of every fused layer, in the order of numerics.md section 12.1 steps 3 to 5: activation, multiplication
/// by two to the power of the output shift, clamp to ±1 or, wide, to ±131,072.
/// </summary>
internal sealed record OutputStage(Activation Activation, int OutputShift, bool Wide, L2? ActivityRegularizer)
{
    /// <summary>Bound of a wide output: 2 to the power of 17, from 32 - 2 * 7 = 18 bits.</summary>
    public const float WideBound = 131072f;

    /// <summary>Bound of an ordinary output. The chip itself saturates at 127/128.</summary>
    public const float Bound = 1f;

    public string Settings => string.Create(CultureInfo.InvariantCulture, $"activation={Activation} shift={OutputShift} wide={Wide}");

    public void Check(LimitCheck check)
    {
        check.Require(
            Math.Abs((long)OutputShift) <= DeviceLimits.MaximumShift,
            DeviceLimits.OutputShift, $"outputShift is {OutputShift}", "Choose outputShift from -15 to 15.");
        check.Require(
            !Wide || Activation == Activation.None,
            DeviceLimits.WideActivation, $"wide is set and the activation is {Activation}", "Leave out the activation or wide.");
    }

    public Variable Record(Tape tape, Variable sum)
    {
        Variable y = Activation == Activation.ReLU ? tape.Relu(sum) : sum;
        if (ActivityRegularizer is not null) tape.ActivityPenalty(y, ActivityRegularizer.Rate);
        if (OutputShift != 0) y = tape.Scale(y, MathF.ScaleB(1f, OutputShift));
        float bound = Wide ? WideBound : Bound;
        return tape.Clamp(y, -bound, bound);
    }
}
