// SPDX-License-Identifier: MIT
using Ai8x.Device.Limits;

namespace Ai8x.Quant;

/// <summary>Model, weights and description do not fit together, or hold something that this version does not quantize.</summary>
public sealed class QuantizationException : FormatException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="where">The place, for example <c>layer 2 "conv2" (mnist.yaml line 14)</c>.</param>
    /// <param name="problem">What is wrong there, with the actual values.</param>
    /// <param name="remedy">What to do, as an imperative sentence.</param>
    public QuantizationException(string where, string problem, string remedy)
        : base($"{where}: {problem} {remedy}")
    {
        Where = where;
        Problem = problem;
        Remedy = remedy;
    }

    /// <summary>Adds the limits that were found broken before.</summary>
    internal QuantizationException(QuantizationException problem, IEnumerable<LimitViolation> broken)
        : base(string.Join(Environment.NewLine, [problem.Message, .. broken.Select(violation => violation.Message)]))
    {
        Where = problem.Where;
        Problem = problem.Problem;
        Remedy = problem.Remedy;
    }

    /// <summary>The place.</summary>
    public string Where { get; }

    /// <summary>What is wrong there.</summary>
    public string Problem { get; }

    /// <summary>What to do.</summary>
    public string Remedy { get; }
}
