// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Ai8x.Layers;

/// <summary>
/// A penalty on squares that is added to the loss (training-flow.md section 3.7): on weights <c>rate * sum of w^2</c>, on the output of a layer, behind
/// bias and activation and before scale and clamp, <c>rate * sum of y^2</c> of each sample, averaged over the batch.
/// </summary>
public sealed record L2
{
    /// <summary>Makes the penalty.</summary>
    /// <param name="rate">Its weight, finite and at least 0.</param>
    /// <exception cref="ModelDefinitionException">The rate is negative or not finite.</exception>
    public L2(float rate)
    {
        Rate = rate;
        if (float.IsFinite(rate) && rate >= 0) return;
        throw new ModelDefinitionException(
            "L2 regularizer", "The rate of a penalty is finite and at least 0.", $"it is {rate.ToString(CultureInfo.InvariantCulture)}", "Choose another rate.");
    }

    /// <summary>Weight of the penalty.</summary>
    public float Rate { get; }

    /// <summary>The settings of a layer's penalties as text; nothing where there are none.</summary>
    internal static string Settings(L2? kernel, L2? activity) => Text("kernel_l2", kernel) + Text("activity_l2", activity);

    private static string Text(string what, L2? penalty) => penalty is null ? "" : string.Create(CultureInfo.InvariantCulture, $" {what}={penalty.Rate:R}");
}
