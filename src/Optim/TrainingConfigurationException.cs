// SPDX-License-Identifier: MIT
namespace Ai8x.Optim;

/// <summary>A training option is out of range, or model and data do not fit together.</summary>
/// <param name="option">The option or the part that is wrong.</param>
/// <param name="rule">The rule as a full sentence.</param>
/// <param name="actual">The actual value in words.</param>
/// <param name="remedy">What to change, as a full sentence.</param>
public sealed class TrainingConfigurationException(string option, string rule, string actual, string remedy)
    : FormatException($"{option}: {rule} Here {actual}. {remedy}")
{
    /// <summary>The option or the part that is wrong.</summary>
    public string Option { get; } = option;

    /// <summary>The rule as a full sentence.</summary>
    public string Rule { get; } = rule;

    /// <summary>The actual value in words.</summary>
    public string Actual { get; } = actual;
}
