// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// Which layers a model has and how they are connected, without weights: what <see cref="Sequential"/>, <see cref="Functional"/> and a traced
/// <see cref="Module"/> have in common. Making it checks every shape and that the network has a counterpart on the chip;
/// <see cref="Build"/> gives it weights.
/// </summary>
/// <remarks>
/// A layer without a name is called by its operation, as in <c>conv2d</c>, <c>max_pool2d</c>, <c>dense</c>: the first of a kind without number, the
/// next with <c>_1</c>, <c>_2</c> and so on, counted per operation within this model and skipping names that were given by hand.
/// </remarks>
public abstract class ModelArchitecture
{
    private readonly ImmutableArray<HardwareStep> _steps;

    private protected ModelArchitecture(string name, SampleShape inputShape, ImmutableArray<LayerNode> nodes)
    {
        Name = name;
        InputShape = inputShape;
        Nodes = nodes;
        _steps = HardwareMapping.Map(name, inputShape, nodes);
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

    private protected static void CheckInput(string name, SampleShape shape)
    {
        ArgumentNullException.ThrowIfNull(name);
        ModelNames.Check(name, "model");
        var check = new LimitCheck($"input of model \"{name}\"");
        ShapeRules.CheckMap(check, shape, "input");
        check.ThrowIfAny();
    }
}
