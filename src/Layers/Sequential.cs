// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device.Limits;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// A chain of layers, each reading the one before. Making it checks every shape and that the chain has a counterpart on the chip;
/// <see cref="Build"/> gives it weights.
/// </summary>
/// <remarks>
/// A layer without a name is called by its operation, as in <c>conv2d</c>, <c>max_pool2d</c>, <c>dense</c>: the first of a kind without number, the
/// next with <c>_1</c>, <c>_2</c> and so on, counted per operation within this model and skipping names that were given by hand.
/// </remarks>
public sealed class Sequential
{
    private readonly ImmutableArray<HardwareStep> _steps;

    /// <summary>Makes the model and infers all shapes.</summary>
    /// <param name="name">Name of the model, for example <c>mnist_model</c>.</param>
    /// <param name="inputShape">Shape of one sample, <c>[H, W, C]</c>.</param>
    /// <param name="layers">The layers in order of execution.</param>
    /// <exception cref="LimitException">A layer breaks a limit of the device; the message names the layer.</exception>
    /// <exception cref="ModelDefinitionException">Shapes do not fit, a name is used twice, or the chip cannot do such a chain.</exception>
    public Sequential(string name, SampleShape inputShape, params IEnumerable<Layer> layers)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(layers);
        ModelNames.Check(name, "model");
        Name = name;
        InputShape = inputShape;

        var check = new LimitCheck($"input of model \"{name}\"");
        ShapeRules.CheckMap(check, inputShape, "input");
        check.ThrowIfAny();

        ImmutableArray<Layer> chain = [.. layers];
        var graph = new LayerGraph(inputShape);
        graph.Reserve(chain);
        int last = -1;
        foreach (Layer layer in chain) last = graph.Add(layer, last);
        Nodes = graph.Nodes;
        _steps = HardwareMapping.Map(name, inputShape, Nodes);
    }

    /// <summary>Name of the model.</summary>
    public string Name { get; }

    /// <summary>Shape of one sample, <c>[H, W, C]</c>.</summary>
    public SampleShape InputShape { get; }

    /// <summary>Shape of the output, <c>[1, 1, classes]</c> for a classifier.</summary>
    public SampleShape OutputShape => Nodes[^1].Output;

    /// <summary>The layers with names and shapes, in order of execution.</summary>
    public ImmutableArray<LayerNode> Nodes { get; }

    /// <summary>Number of weights and biases.</summary>
    public int ParameterCount => Nodes.Sum(node => node.ParameterCount);

    /// <summary>The table of layers, shapes and parameter counts.</summary>
    /// <returns>Typed rows; <c>ToString()</c> lays them out as text.</returns>
    public ModelSummary Summary() => ModelSummary.Of(Name, Nodes);

    /// <summary>Makes a model with fresh weights.</summary>
    /// <param name="seed">Seed of the initializers; the same seed gives the same bits.</param>
    /// <returns>A model that owns its parameters and its tape.</returns>
    public Model Build(ulong seed) => new(Name, InputShape, Nodes, _steps, seed);
}
