// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Bench.Kernels;

/// <summary>A weight gradient on one thread, by either of its ways.</summary>
internal static class WeightGradientOutputs
{
    /// <summary>Weight gradient of some outputs, of all of them where it is found by minimal filtering; see <see cref="WeightGradient.Run"/> and <see cref="WeightGradient.Sum"/>.</summary>
    public static void RunEither(this WeightGradient weights, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, ReadOnlySpan<ushort> routes, int count, int lanes, Span<float> sums, Span<float> gradient)
    {
        if (!weights.IsMinimal)
        {
            weights.Run(x, dy, routes, count, lanes, gradient);
            return;
        }

        weights.Sum(x, dy, 0, weights.Parts, lanes, sums);
        weights.Kernels(sums, gradient);
    }
}
