// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Numerics;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Yaml;

/// <summary>Finds layers and data buffers by the number or name that a description gives them.</summary>
internal sealed class LayerNames
{
    /// <summary>Index that stands for the network input.</summary>
    public const int Input = -1;

    private readonly Dictionary<string, int> _names = new(StringComparer.OrdinalIgnoreCase) { ["input"] = Input };
    private readonly Dictionary<BigInteger, int> _numbers = new() { [-1] = Input };

    private readonly BigInteger _end;

    /// <summary>Collects the names; reports those that stand twice.</summary>
    public LayerNames(IReadOnlyList<SequencedLayer> order, KeyedValues[] entries, ImmutableArray<LayerDescription> layers, ImmutableArray<DataBuffer> buffers)
    {
        _end = order.Count == 0 ? 0 : order[^1].Number + 1;
        for (int k = 0; k < buffers.Length; k++) _names.TryAdd(buffers[k].Name, -2 - k);
        for (int i = 0; i < layers.Length; i++)
        {
            _numbers.TryAdd(order[i].Number, i);
            if (layers[i].Name is not string name || _names.TryAdd(name, i) || _names[name] == Input) continue;
            string other = _names[name] < 0 ? "a data buffer" : $"layer {DescriptionText.Number(_names[name])}";
            entries[i].Errors.Add(entries[i].At("name"), DescriptionRules.Unique, "Each layer and each data buffer has its own name; upper and lower case count as the same.", $"{other} is also named '{name}'", "Rename one of the two.");
        }
    }

    /// <summary>Index of a layer in execution order, -1 for the network input, -2 minus k for data buffer k; null if there is none of this number or name.</summary>
    public int? Find(YamlNode node)
    {
        if (node is not YamlScalar scalar) return null;
        bool number = YamlNumbers.TryInteger(scalar.Text, out BigInteger value) && !scalar.Quoted;
        return number ? (_numbers.TryGetValue(value, out int index) ? index : null) : _names.TryGetValue(scalar.Text, out int named) ? named : null;
    }

    /// <summary>Whether a value stands for the end of the network: <c>stop</c>, or the number behind the last layer.</summary>
    public bool IsEnd(YamlNode node) => IsStop(node) || (node is YamlScalar { Quoted: false } scalar && YamlNumbers.TryInteger(scalar.Text, out BigInteger value) && value == _end);

    /// <summary>Whether a value is the word <c>stop</c>.</summary>
    public static bool IsStop(YamlNode node) => node is YamlScalar scalar && scalar.Text.Equals("stop", StringComparison.OrdinalIgnoreCase);

    /// <summary>Refuses names that stand for something else where layers are named.</summary>
    public static void CheckReserved(KeyedValues values, string name)
    {
        if (!name.Equals("stop", StringComparison.OrdinalIgnoreCase) && !name.Equals("input", StringComparison.OrdinalIgnoreCase) && !YamlNumbers.TryInteger(name, out _)) return;
        values.Errors.Add(values.At("name"), DescriptionRules.ValueRange, "A name is not 'stop', 'input' or a number, because these stand for something else where layers are named.", $"it is '{name}'", "Choose another name.");
    }
}
