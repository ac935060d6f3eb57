// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// Nodes with names and shapes under construction: the core below <see cref="Sequential"/> and <see cref="Functional"/>. Nodes are added in execution order and read only earlier ones.
/// </summary>
internal sealed class LayerGraph(SampleShape input)
{
    /// <summary>Number of the model's input among the nodes.</summary>
    public const int Input = -1;

    private readonly List<LayerNode> _nodes = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _reserved = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    public ImmutableArray<LayerNode> Nodes => [.. _nodes];

    /// <summary>Keeps the names that users gave to later layers out of the default names.</summary>
    public void Reserve(IEnumerable<Layer> layers)
    {
        foreach (Layer layer in layers)
        {
            if (layer.Name is not null) _reserved.Add(layer.Name);
        }
    }

    /// <summary>Adds a layer that reads nodes, or the model's input for <see cref="Input"/>.</summary>
    /// <returns>Index of the new node.</returns>
    public int Add(Layer layer, ImmutableArray<int> sources)
    {
        int index = _nodes.Count;
        string name = layer.Name ?? DefaultName(layer.DefaultName);
        string where = LayerNode.Place(index, name);
        if (!_names.Add(name))
        {
            throw new ModelDefinitionException(
                where, "Layer names are unique in a model.", "an earlier layer has the same name", "Rename one of them.");
        }

        ImmutableArray<SampleShape> shapes = [.. sources.Select(source => source == Input ? input : _nodes[source].Output)];
        SampleShape output = layer.Infer(shapes, where);
        int parameters = layer.Weights(shapes[0]).Sum(weight => weight.Count);
        if (parameters > 0 && _nodes.Find(node => node.Layer == layer) is { } first)
        {
            throw new ModelDefinitionException(
                where, "A layer with weights stands once in a model.", $"the same {layer.Kind} object is {first.Where}", "Make a second layer.");
        }

        _nodes.Add(new LayerNode(index, name, layer, sources, shapes[0], output, parameters));
        return index;
    }

    private string DefaultName(string stem)
    {
        while (true)
        {
            int number = _numbers.GetValueOrDefault(stem);
            _numbers[stem] = number + 1;
            string name = number == 0 ? stem : string.Create(CultureInfo.InvariantCulture, $"{stem}_{number}");
            if (!_reserved.Contains(name)) return name;
        }
    }
}
