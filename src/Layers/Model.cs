// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Autograd;
using Ai8x.Networks;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// Layers with weights: the parameters, and the tape that says how an output follows from an input. Execution plans of any batch size
/// run from <see cref="Tape"/> and <see cref="Output"/> and share the parameters.
/// </summary>
/// <remarks>The parameters are changed in place by training; a model serves one training run at a time.</remarks>
public sealed class Model
{
    private readonly ImmutableArray<HardwareStep> _steps;
    private readonly ImmutableArray<ImmutableArray<Parameter>> _nodeParameters;

    internal Model(string name, SampleShape inputShape, ImmutableArray<LayerNode> nodes, ImmutableArray<HardwareStep> steps, ulong seed)
    {
        Name = name;
        InputShape = inputShape;
        Nodes = nodes;
        Seed = seed;
        _steps = steps;

        var random = new CounterRandom(seed, RandomPurpose.Initialization);
        var all = ImmutableArray.CreateBuilder<Parameter>();
        var perNode = ImmutableArray.CreateBuilder<ImmutableArray<Parameter>>(nodes.Length);
        foreach (LayerNode node in nodes) perNode.Add(CreateParameters(node, random, all));
        Parameters = all.ToImmutable();
        _nodeParameters = perNode.MoveToImmutable();

        Tape = new Tape();
        Input = Tape.Input(inputShape);
        var outputs = new Variable[nodes.Length];
        foreach (LayerNode node in nodes)
        {
            Variable[] sources = [.. node.Inputs.Select(source => source == LayerGraph.Input ? Input : outputs[source])];
            outputs[node.Index] = node.Layer.Record(Tape, sources, _nodeParameters[node.Index], node.Index);
        }

        Output = outputs[^1];
        foreach (LayerNode node in nodes) Penalize(node);
    }

    /// <summary>Name of the model.</summary>
    public string Name { get; }

    /// <summary>Seed of the first weights.</summary>
    public ulong Seed { get; }

    /// <summary>Shape of one sample, <c>[H, W, C]</c>.</summary>
    public SampleShape InputShape { get; }

    /// <summary>Shape of the output, <c>[1, 1, classes]</c> for a classifier.</summary>
    public SampleShape OutputShape => Nodes[^1].Output;

    /// <summary>The layers with names and shapes, in order of execution.</summary>
    public ImmutableArray<LayerNode> Nodes { get; }

    /// <summary>
    /// All parameters in order of execution, the kernel of a layer before its bias, named <c>layer/kernel</c> and <c>layer/bias</c>. Kernels are
    /// <c>[O, I, KH, KW]</c>, of one-dimensional layers <c>[O, I, K]</c>, of dense layers <c>[O, N]</c>.
    /// </summary>
    public ImmutableArray<Parameter> Parameters { get; }

    /// <summary>The recorded computation.</summary>
    public Tape Tape { get; }

    /// <summary>The input on the tape.</summary>
    public Variable Input { get; }

    /// <summary>The output on the tape; the logits of a classifier.</summary>
    public Variable Output { get; }

    /// <summary>The table of layers, shapes and parameter counts.</summary>
    /// <returns>Typed rows; <c>ToString()</c> lays them out as text.</returns>
    public ModelSummary Summary() => ModelSummary.Of(Name, Nodes);

    /// <summary>The network as fused hardware layers with a copy of the present weights.</summary>
    /// <param name="inputScale">What the training input was divided by: 128 or 256 (numerics.md section 13.1).</param>
    /// <returns>The graph; what has no counterpart of its own on the chip (Flatten, Reshape, Dropout, ReLU, ...) is gone or part of another layer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The input scale is neither 128 nor 256.</exception>
    public NetworkGraph ToGraph(int inputScale = NetworkGraph.DefaultInputScale)
    {
        if (inputScale is not (128 or 256))
        {
            throw new ArgumentOutOfRangeException(nameof(inputScale), inputScale, "the input scale is 128 or 256");
        }

        return new NetworkGraph
        {
            Name = Name,
            Input = HardwareGraph.Shape(InputShape),
            InputScale = inputScale,
            Layers = [.. _steps.Select(step => HardwareGraph.ToLayer(step, _nodeParameters[step.Node.Index]))],
        };
    }

    /// <summary>Takes the weights of a graph with the same layers, for example one that was read from a file.</summary>
    /// <param name="graph">The graph; layers are matched by position, names may differ.</param>
    /// <exception cref="ModelDefinitionException">The graph has other layers, shapes or biases; the model is then unchanged.</exception>
    public void LoadWeights(NetworkGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (graph.Layers.Length != _steps.Length)
        {
            throw new ModelDefinitionException(
                $"model \"{Name}\"", $"Weights are loaded from a network with the same number of hardware layers, {_steps.Length}.", $"network \"{graph.Name}\" has {graph.Layers.Length}", "Load the network that was made from this model.");
        }

        for (int i = 0; i < _steps.Length; i++) HardwareGraph.CheckSame(_steps[i], _nodeParameters[_steps[i].Node.Index], graph.Layers[i]);
        for (int i = 0; i < _steps.Length; i++) HardwareGraph.Copy(_steps[i], graph.Layers[i], _nodeParameters[_steps[i].Node.Index]);
    }

    private void Penalize(LayerNode node)
    {
        ImmutableArray<WeightSpecification> weights = node.Layer.Weights(node.Input);
        for (int i = 0; i < weights.Length; i++)
        {
            if (weights[i].Regularizer is { } penalty) Tape.WeightPenalty(_nodeParameters[node.Index][i], penalty.Rate);
        }
    }

    private static ImmutableArray<Parameter> CreateParameters(LayerNode node, CounterRandom random, ImmutableArray<Parameter>.Builder all)
    {
        var parameters = ImmutableArray.CreateBuilder<Parameter>();
        foreach (WeightSpecification weight in node.Layer.Weights(node.Input))
        {
            var parameter = new Parameter($"{node.Name}/{weight.Suffix}", weight.Shape);
            weight.Initializer.Fill(parameter.Value, weight.FanIn, weight.FanOut, in random, all.Count);
            parameters.Add(parameter);
            all.Add(parameter);
        }

        return parameters.ToImmutable();
    }
}
