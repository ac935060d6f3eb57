// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Numerics;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Yaml;

/// <summary>What involves several layers: unique names, the order of execution, and values that make only sense in some places.</summary>
internal sealed class LayerLinks(
    IReadOnlyList<SequencedLayer> order,
    KeyedValues[] entries,
    ImmutableArray<LayerDescription> layers,
    ErrorList errors,
    List<string> notices)
{
    public void Check()
    {
        CheckNames();
        for (int i = 0; i < layers.Length; i++)
        {
            CheckSources(i);
            CheckNext(i);
            AddNotices(i);
        }

        if (layers.Length > 0 && layers.Any(layer => layer.IsOutput) && !layers[^1].IsOutput) notices.Add($"{errors.Source}: some layers are marked with output: true, the final one is not; its data is not part of the known answer.");
    }

    private void CheckNames()
    {
        Dictionary<string, int> seen = new(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < layers.Length; i++)
        {
            if (layers[i].Name is string name && !seen.TryAdd(name, i)) errors.Add(entries[i].At("name"), DescriptionRules.Unique, "Each layer has its own name; upper and lower case count as the same.", $"layer {DescriptionText.Number(seen[name])} is also named '{name}'", "Rename one of the two.");
        }
    }

    /// <summary>Accepts <c>in_sequences</c> where it only spells out that a layer reads the one before it.</summary>
    private void CheckSources(int i)
    {
        if (entries[i].Node("in_sequences") is not YamlNode node) return;
        YamlNode? source = node is YamlList list ? list.Items.Count == 1 ? list.Items[0] : null : node;
        bool previous = source is YamlScalar scalar && (i == 0 ? Means(scalar, -1, "input") : Means(scalar, i - 1, layers[i - 1].Name));
        if (!previous) Refuse(i, "in_sequences");
    }

    /// <summary>Accepts <c>next_sequence</c> where it only spells out the usual order.</summary>
    private void CheckNext(int i)
    {
        if (entries[i].Node("next_sequence") is not YamlNode node) return;
        bool next = node is YamlScalar scalar && (i + 1 == layers.Length ? Means(scalar, i + 1, "stop") : Means(scalar, i + 1, layers[i + 1].Name));
        if (!next) errors.Add(entries[i].At(node), DescriptionRules.NotOnDevice, "next_sequence other than the following layer does not exist on the MAX78000.", entries[i].Shown("next_sequence"), "Remove the key.");
    }

    /// <summary>Whether a value names a layer, by number or by name. With gaps in the sequence numbers only names are clear.</summary>
    private bool Means(YamlScalar value, int index, string? name)
    {
        if (!value.Quoted && YamlNumbers.TryInteger(value.Text, out BigInteger number)) return number == index && order.Select((layer, i) => layer.Number == i).All(same => same);
        return name is not null && name.Equals(value.Text, StringComparison.OrdinalIgnoreCase);
    }

    private void Refuse(int i, string key) => errors.Add(
        entries[i].At(key), DescriptionRules.NotYet, $"{key} is not supported yet other than the layer before, or the network input for the first layer.", entries[i].Shown(key), "Remove the key, or use a sequential network.");

    private void AddNotices(int i)
    {
        LayerDescription layer = layers[i];
        if (layer.OutputWidth == 32 && i + 1 < layers.Length) notices.Add($"{Where(i)}: the output is 32 bits wide, but the next layer reads 8 bits.");
        if (i > 0 && layer.InputOffset is int offset && offset != layers[i - 1].OutputOffset) notices.Add($"{Where(i)}: in_offset is {DescriptionText.Hex(offset)}, but the layer before writes to {DescriptionText.Hex(layers[i - 1].OutputOffset)}.");
    }

    private string Where(int i) => new DescriptionError(errors.Source, entries[i].Self.Line, entries[i].Self.Column, i, layers[i].Name, "", "", "", "").Where;
}
