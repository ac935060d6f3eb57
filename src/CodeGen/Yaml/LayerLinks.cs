// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Yaml;

/// <summary>What involves several layers: the keys that name other layers, and what data buffers ask of the layers that use them.</summary>
internal sealed class LayerLinks(LayerNames names, KeyedValues[] entries, ImmutableArray<LayerDescription> layers, ErrorList errors)
{
    private static readonly string[] BufferReadKeys = ["in_offset", "out_offset", "in_dim", "in_channels"];
    private static readonly string[] BufferShiftKeys = ["in_sequences", "in_offset", "in_dim"];

    /// <summary>The layers with the indices of the layers that they name.</summary>
    public ImmutableArray<LayerDescription> Resolve() => [.. layers.Select((layer, i) => Resolve(layer, i))];

    private LayerDescription Resolve(LayerDescription layer, int i)
    {
        CheckNext(i);
        LayerDescription resolved = layer with
        {
            InputLayers = Sources(i),
            WeightSource = WeightSource(i),
            SimulatedSequence = Simulated(i),
        };
        if (resolved.InputLayers.Any(source => source < LayerNames.Input)) Require(i, "a data buffer in in_sequences", BufferReadKeys);
        if (layer.BufferShift is not null) Require(i, "buffer_shift", BufferShiftKeys);
        if (layer.BufferInsert is not null) Require(i, "buffer_insert", ["out_offset"]);
        return resolved;
    }

    private ImmutableArray<int> Sources(int i)
    {
        if (entries[i].Node("in_sequences") is not YamlNode node) return [];
        IReadOnlyList<YamlNode> items = node is YamlList list ? list.Items : [node];
        if (items.Count == 0) entries[i].WrongType("in_sequences", node, "a layer or a list of layers");
        ImmutableArray<int>.Builder sources = ImmutableArray.CreateBuilder<int>(items.Count);
        foreach (YamlNode item in items)
        {
            if (names.Find(item) is int source && source < i) sources.Add(source);
            else errors.Add(entries[i].At(item), DeviceLimits.InputLayers, $"in_sequences names {item.Description}, {(names.Find(item) is null ? "and there is no such layer" : "which does not run before it")}", "Name earlier layers by number or name, or the network input as -1 or input.");
        }

        return sources.ToImmutable();
    }

    private int? WeightSource(int i)
    {
        if (entries[i].Node("weight_source") is not YamlNode node) return null;
        if (names.Find(node) is int source and >= 0 && source != i) return source;
        errors.Add(entries[i].At(node), DeviceLimits.WeightSource, $"weight_source is {node.Description}", "Name another layer, by number or name.");
        return null;
    }

    private int? Simulated(int i)
    {
        if (entries[i].Node("simulated_sequence") is not YamlNode node) return null;
        if (LayerNames.IsStop(node)) return -1;
        if (names.Find(node) is int next && next > i) return next;
        errors.Add(entries[i].At(node), DescriptionRules.ValueRange, "simulated_sequence names a later layer by number or name, or is stop.", $"it is {node.Description}", "Correct or remove the key.");
        return null;
    }

    /// <summary>Accepts <c>next_sequence</c> where it only spells out the usual order.</summary>
    private void CheckNext(int i)
    {
        if (entries[i].Node("next_sequence") is not YamlNode node) return;
        bool next = i + 1 == layers.Length ? names.IsEnd(node) : names.Find(node) == i + 1;
        if (!next) errors.Add(entries[i].At(node), DescriptionRules.NotOnDevice, "next_sequence other than the following layer does not exist on the MAX78000.", entries[i].Shown("next_sequence"), "Remove the key.");
    }

    private void Require(int i, string what, string[] keys)
    {
        string[] missing = [.. keys.Where(key => !entries[i].Has(key))];
        if (missing.Length > 0) errors.Add(entries[i].Self, DescriptionRules.MissingKey, $"A layer with {what} has {string.Join(", ", keys)}.", $"{string.Join(", ", missing)} {(missing.Length == 1 ? "is" : "are")} missing", "Add what is missing.");
    }
}
