// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors;

/// <summary>Updates of parameters by the optimizers, element by element; every element is one fixed sequence of operations.</summary>
public static class OptimizerKernels
{
    /// <summary>
    /// One step of Adam (training-flow.md section 2.6). With the gradient <c>g</c>: <c>m = fma(1 - beta1, g - m, m)</c>,
    /// <c>v = fma(1 - beta2, g * g - v, v)</c>, <c>w = w - rate * m / (sqrt(v) + epsilon)</c>, evaluated from left to right.
    /// </summary>
    /// <param name="value">The parameters <c>w</c>, updated.</param>
    /// <param name="gradient">Their gradient.</param>
    /// <param name="m">First moments, updated; zeros before the first step.</param>
    /// <param name="v">Second moments, updated; zeros before the first step.</param>
    /// <param name="rate">Learning rate of this step, <c>lr * sqrt(1 - beta2^t) / (1 - beta1^t)</c>.</param>
    /// <param name="beta1">Decay of the first moment, in [0, 1).</param>
    /// <param name="beta2">Decay of the second moment, in [0, 1).</param>
    /// <param name="epsilon">Added to the root, above 0.</param>
    /// <param name="context">Selects the vector width.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static void Adam(Span<float> value, ReadOnlySpan<float> gradient, Span<float> m, Span<float> v, float rate, float beta1, float beta2, float epsilon, ComputeContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        CheckLength(value.Length, gradient.Length, nameof(gradient));
        CheckLength(value.Length, m.Length, nameof(m));
        CheckLength(value.Length, v.Length, nameof(v));
        AdamKernel.Run(context.VectorWidth, value, gradient, m, v, rate, 1 - beta1, 1 - beta2, epsilon);
    }

    /// <summary>
    /// One step of gradient descent. Without momentum <c>w = w - rate * g</c>; with momentum <c>u = momentum * u - rate * g</c> and
    /// <c>w = w + u</c>, each operation rounded.
    /// </summary>
    /// <param name="value">The parameters <c>w</c>, updated.</param>
    /// <param name="gradient">Their gradient <c>g</c>.</param>
    /// <param name="velocity">The velocities <c>u</c>, updated; zeros before the first step; empty without momentum.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="momentum">Momentum in [0, 1); 0 when there is no velocity.</param>
    /// <param name="context">Selects the vector width.</param>
    /// <exception cref="ArgumentException">The spans differ in length, or there is a momentum without velocity.</exception>
    public static void Sgd(Span<float> value, ReadOnlySpan<float> gradient, Span<float> velocity, float rate, float momentum, ComputeContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        CheckLength(value.Length, gradient.Length, nameof(gradient));
        if (!velocity.IsEmpty) CheckLength(value.Length, velocity.Length, nameof(velocity));
        else if (momentum != 0 && !value.IsEmpty) throw new ArgumentException("gradient descent with momentum needs a velocity for each parameter", nameof(velocity));
        SgdKernel.Run(context.VectorWidth, value, gradient, velocity, rate, momentum);
    }

    private static void CheckLength(int expected, int actual, string name)
    {
        if (expected != actual) throw new ArgumentException($"there are {expected} parameters but {actual} elements", name);
    }
}
