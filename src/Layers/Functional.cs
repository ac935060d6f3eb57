// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// A network with branches and joins, written down by applying layers to symbolic tensors: everything between one input and one output. Layers run in the
/// order in which they were applied; what the output does not depend on is left out.
/// </summary>
/// <example>
/// <code>
/// SymbolicTensor input = SymbolicTensor.Input(new SampleShape(32, 32, 3));
/// SymbolicTensor x = new FusedConv2DReLU(16, 3, paddingSize: 1).Apply(input);
/// SymbolicTensor y = new FusedConv2D(16, 3, paddingSize: 1).Apply(x);
/// x = new Add().Apply(x, y);
/// x = new FusedDense(10, wide: true).Apply(new Flatten().Apply(new MaxPool2D(8, 8).Apply(x)));
/// var architecture = new Functional("residual", input, x);
/// </code>
/// </example>
public sealed class Functional : ModelArchitecture
{
    /// <summary>Makes the model.</summary>
    /// <param name="name">Name of the model, for example <c>fashionmnist_model</c>.</param>
    /// <param name="input">The input, from <see cref="SymbolicTensor.Input"/>.</param>
    /// <param name="output">The output, which depends on that input.</param>
    /// <exception cref="Device.Limits.LimitException">A layer breaks a limit of the device; the message names the layer.</exception>
    /// <exception cref="ModelDefinitionException">The tensors belong to different inputs, a name is used twice, or the chip cannot do such a network.</exception>
    public Functional(string name, SymbolicTensor input, SymbolicTensor output)
        : base(name, ShapeOf(input), Collect(name, input, output))
    {
    }

    private static SampleShape ShapeOf(SymbolicTensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Shape;
    }

    private static ImmutableArray<LayerNode> Collect(string name, SymbolicTensor input, SymbolicTensor output)
    {
        CheckInput(name, input.Shape);
        ArgumentNullException.ThrowIfNull(output);
        if (!input.IsInput || output.Graph != input.Graph)
        {
            throw new ModelDefinitionException(
                $"model \"{name}\"",
                "A functional model goes from one SymbolicTensor.Input to what was made from it.",
                input.IsInput ? "the output was made from another input" : "the input is the result of a layer",
                "Give the tensor that SymbolicTensor.Input returned, and a result of layers applied to it.");
        }

        ImmutableArray<SymbolicTensor> applied = input.Graph.Reaching(output);
        var graph = new LayerGraph(input.Shape);
        graph.Reserve(applied.Select(tensor => tensor.Layer!));
        var numbers = new Dictionary<SymbolicTensor, int> { [input] = LayerGraph.Input };
        foreach (SymbolicTensor tensor in applied) numbers[tensor] = graph.Add(tensor.Layer!, [.. tensor.Sources.Select(source => numbers[source])]);
        return graph.Nodes;
    }
}
