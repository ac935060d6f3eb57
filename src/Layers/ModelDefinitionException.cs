// SPDX-License-Identifier: MIT
namespace Ai8x.Layers;

/// <summary>
/// A model is put together in a way that has no meaning or no counterpart on the chip: a shape that does not fit, a name used twice,
/// weights that belong to another model. Broken device limits are reported as <c>LimitException</c> instead.
/// </summary>
public sealed class ModelDefinitionException : FormatException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="where">Place in words, for example <c>layer 2 "conv2d_1"</c>.</param>
    /// <param name="rule">The rule as a full sentence.</param>
    /// <param name="actual">The actual value in words, for example <c>the input is [4, 4, 12]</c>.</param>
    /// <param name="remedy">What to change, as a full sentence.</param>
    public ModelDefinitionException(string where, string rule, string actual, string remedy)
        : base($"{where}: {rule} Here {actual}. {remedy}")
    {
        Where = where;
        Rule = rule;
        Actual = actual;
        Remedy = remedy;
    }

    /// <summary>Place in words.</summary>
    public string Where { get; }

    /// <summary>The rule as a full sentence.</summary>
    public string Rule { get; }

    /// <summary>The actual value in words.</summary>
    public string Actual { get; }

    /// <summary>What to change.</summary>
    public string Remedy { get; }
}
