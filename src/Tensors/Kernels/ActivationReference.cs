// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>Element-wise chains in plain loops. One mask of sixteen bits for each pixel says in which lanes the gradient passes.</summary>
internal static class ActivationReference
{
    private const int Lanes = LaneLayout.Lanes;

    /// <summary><c>y</c> from <c>x</c>, which may be the same memory; an empty <paramref name="masks"/> is not written.</summary>
    public static void Forward(in Activation activation, ReadOnlySpan<float> x, int pixels, int lanes, Span<float> y, Span<ushort> masks)
    {
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            uint mask = 0;
            for (int lane = 0; lane < lanes; lane++)
            {
                float value = x[pixel * Lanes + lane];
                bool passes = !activation.Rectify || value > 0;
                if (activation.Rectify && value <= 0) value = 0;
                value *= activation.Scale;
                passes &= activation.Low <= value && value <= activation.High;
                if (value < activation.Low) value = activation.Low;
                else if (value > activation.High) value = activation.High;
                y[pixel * Lanes + lane] = value;
                if (passes) mask |= 1u << lane;
            }
            if (!masks.IsEmpty) masks[pixel] = (ushort)mask;
        }
    }

    /// <summary><c>dx = passes ? dy * scale : +0</c>; <paramref name="dx"/> may be the same memory as <paramref name="dy"/>.</summary>
    public static void Backward(float scale, ReadOnlySpan<float> dy, ReadOnlySpan<ushort> masks, int pixels, int lanes, Span<float> dx)
    {
        for (int pixel = 0; pixel < pixels; pixel++)
            for (int lane = 0; lane < lanes; lane++)
                dx[pixel * Lanes + lane] = (masks[pixel] >> lane & 1) != 0 ? dy[pixel * Lanes + lane] * scale : 0;
    }
}
