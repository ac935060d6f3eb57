// SPDX-License-Identifier: MIT
namespace Ai8x.Autograd;

/// <summary>A loss, logit or gradient is infinite or not a number: training has diverged.</summary>
public sealed class NonFiniteException : ArithmeticException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="what">What is not finite.</param>
    /// <param name="parameter">The first offending parameter, or null where the loss or a logit is.</param>
    /// <param name="step">Training step, or -1 outside training.</param>
    public NonFiniteException(string what, string? parameter, long step)
        : base(step < 0
            ? $"{what} is not finite: the weights or inputs are out of range"
            : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{what} is not finite at step {step}: training diverged, lower the learning rate"))
    {
        Parameter = parameter;
        Step = step;
    }

    /// <summary>Name of the first offending parameter, or null where the loss or a logit is not finite.</summary>
    public string? Parameter { get; }

    /// <summary>Training step, or -1 outside training.</summary>
    public long Step { get; }
}
