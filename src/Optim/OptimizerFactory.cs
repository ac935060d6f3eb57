// SPDX-License-Identifier: MIT
using Ai8x.Autograd;
using Ai8x.Tensors;

namespace Ai8x.Optim;

/// <summary>From the name of an optimizer to the optimizer.</summary>
public static class OptimizerFactory
{
    /// <summary>Reads a name as users write it.</summary>
    /// <param name="text"><c>Adam</c> or <c>SGD</c>, in any case.</param>
    /// <returns>The kind.</returns>
    /// <exception cref="TrainingConfigurationException">There is no such optimizer.</exception>
    public static OptimizerKind Parse(string text) => text?.ToUpperInvariant() switch
    {
        "ADAM" => OptimizerKind.Adam,
        "SGD" => OptimizerKind.Sgd,
        _ => throw new TrainingConfigurationException("optimizer", "The optimizer is Adam or SGD.", $"it is \"{text}\"", "Choose one of these."),
    };

    /// <summary>Makes an optimizer.</summary>
    /// <param name="kind">Which one.</param>
    /// <param name="parameters">The parameters to change.</param>
    /// <param name="context">The workers.</param>
    /// <returns>The optimizer before its first step.</returns>
    public static IOptimizer Create(OptimizerKind kind, IReadOnlyList<Parameter> parameters, ComputeContext context) => kind switch
    {
        OptimizerKind.Adam => new Adam(parameters, context),
        OptimizerKind.Sgd => new Sgd(parameters, context),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown optimizer"),
    };
}
