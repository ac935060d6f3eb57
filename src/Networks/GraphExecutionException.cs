// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Ai8x.Networks;

/// <summary>A graph contradicts itself or holds a layer that float inference does not know.</summary>
public sealed class GraphExecutionException : FormatException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="layer">Index of the layer.</param>
    /// <param name="name">Name of the layer.</param>
    /// <param name="rule">The rule that is broken.</param>
    /// <param name="actual">What was found.</param>
    /// <param name="remedy">What to do.</param>
    public GraphExecutionException(int layer, string name, string rule, string actual, string remedy)
        : base(string.Create(CultureInfo.InvariantCulture, $"layer {layer} \"{name}\": {rule}, but {actual}. {remedy}"))
    {
        Layer = layer;
        Name = name;
        Rule = rule;
        Actual = actual;
    }

    /// <summary>Index of the layer.</summary>
    public int Layer { get; }

    /// <summary>Name of the layer.</summary>
    public string Name { get; }

    /// <summary>The rule that is broken.</summary>
    public string Rule { get; }

    /// <summary>What was found.</summary>
    public string Actual { get; }
}
