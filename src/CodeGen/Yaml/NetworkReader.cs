// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Yaml;

/// <summary>Reads a whole description from its YAML tree and checks what involves several layers.</summary>
internal sealed class NetworkReader(ErrorList errors)
{
    private readonly List<string> _notices = [];

    /// <summary>Reads the description; throws <see cref="DescriptionException"/> with all errors.</summary>
    public NetworkDescription Read(YamlNode root)
    {
        if (root is not YamlMapping mapping)
        {
            errors.Add(new Place(root.Line, root.Column), DescriptionRules.ValueType, "A description is a mapping with the keys arch, dataset and layers.", $"it is {root.Description}", "Check that the right file is given.");
            errors.Throw();
            return null!;
        }

        KeyedValues values = new(mapping, "A description", DescriptionKeys.Network, errors);
        foreach (string key in (string[])["arch", "dataset", "layers"])
        {
            if (!values.Has(key)) errors.Add(values.Self, DescriptionRules.MissingKey, $"The key {key} is missing.", "the description ends without it", $"Add {key}; a description has at least arch, dataset and layers.");
        }

        string architecture = values.Text("arch") ?? "";
        CheckLabels(values, architecture);
        new ForeignKeys(values).CheckNetwork();
        RegionReader regions = new(values);
        ImmutableArray<DataBuffer> buffers = regions.Buffers();
        NetworkDescription network = new()
        {
            Unload = regions.Unload(),
            DataBuffers = buffers,
            Source = errors.Source,
            Architecture = architecture,
            Dataset = values.Text("dataset") ?? "",
            Layers = ReadLayers(values, buffers),
            OutputMap = values.Map("output_map"),
        };
        errors.ThrowIfAny();
        LayerNotices.Add(network, _notices);
        return network with { Notices = [.. _notices] };
    }

    /// <summary>The names of weight and bias files belong to <c>arch: test</c>; the arrays themselves are handed over separately.</summary>
    private void CheckLabels(KeyedValues values, string architecture)
    {
        foreach (string key in (string[])["weights", "bias"])
        {
            if (values.Text(key) is not string label) continue;
            if (architecture.Equals("test", StringComparison.OrdinalIgnoreCase)) _notices.Add($"{errors.Source}: {key} ({label}) is not used; arrays are read from where the command says.");
            else errors.Add(values.At(key), DescriptionRules.Combination, $"{key} stands only beside arch: test.", $"arch is '{architecture}'", "Remove the key.");
        }
    }

    private ImmutableArray<LayerDescription> ReadLayers(KeyedValues values, ImmutableArray<DataBuffer> buffers)
    {
        if (values.Node("layers") is not YamlNode node) return [];
        if (node is not YamlList { Items.Count: > 0 } list)
        {
            values.WrongType("layers", node, "a list of at least one layer");
            return [];
        }

        IReadOnlyList<SequencedLayer> order = LayerSequence.Order(list, errors);
        KeyedValues[] entries = [.. order.Select((layer, index) => new KeyedValues(layer.Mapping, "A layer", DescriptionKeys.Layer, errors, index))];
        ImmutableArray<LayerDescription> layers = [.. entries.Select((entry, index) => new LayerReader(entry, index, _notices).Read())];
        return new LayerLinks(new LayerNames(order, entries, layers, buffers), entries, layers, errors).Resolve();
    }
}
