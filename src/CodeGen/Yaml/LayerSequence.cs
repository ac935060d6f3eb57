// SPDX-License-Identifier: MIT
using Ai8x.Device.Limits;

namespace Ai8x.CodeGen.Yaml;

/// <summary>An entry under <c>layers</c> with its place in the execution order.</summary>
/// <param name="Mapping">The entry.</param>
/// <param name="Number">Its <c>sequence</c>, written or counted on.</param>
internal sealed record SequencedLayer(YamlMapping Mapping, int Number);

/// <summary>Orders the entries by <c>sequence</c> and closes gaps (network-yaml.md section 2).</summary>
internal static class LayerSequence
{
    public static IReadOnlyList<SequencedLayer> Order(YamlList list, ErrorList errors)
    {
        List<SequencedLayer> layers = [];
        Dictionary<int, int> lines = [];
        int next = 0;
        for (int position = 0; position < list.Items.Count; position++)
        {
            YamlNode item = list.Items[position];
            Place place = new(item.Line, item.Column, position);
            if (position >= DeviceLimits.MaximumLayers)
            {
                errors.Add(place, DeviceLimits.Layers, $"there are {DescriptionText.Number(list.Items.Count)}", "Remove or merge layers.");
                break;
            }

            if (item is not YamlMapping mapping)
            {
                errors.Add(place, DescriptionRules.ValueType, "Each item of layers is a mapping of keys to values.", $"it is {item.Description}", "Write the keys of the layer, each followed by a colon and its value.");
                continue;
            }

            int number = Number(mapping, position, next, errors);
            if (!lines.TryAdd(number, mapping.Line)) errors.Add(place, DescriptionRules.Unique, "A sequence number is used once.", $"{DescriptionText.Number(number)} is also the number of the layer on line {DescriptionText.Number(lines[number])}", "Give each layer its own sequence, or none at all.");
            layers.Add(new SequencedLayer(mapping, number));
            next = number + 1;
        }

        return [.. layers.OrderBy(layer => layer.Number)];
    }

    private static int Number(YamlMapping mapping, int position, int next, ErrorList errors)
    {
        if (!mapping.TryGet("sequence", out YamlNode? node))
        {
            if (next < DeviceLimits.MaximumLayers) return next;
            errors.Add(new Place(mapping.Line, mapping.Column, position), DeviceLimits.Layers, $"this layer would get the sequence number {DescriptionText.Number(next)}", "Use sequence numbers from 0 to 31.");
            return next;
        }

        if (node is not YamlScalar { Quoted: false } scalar || YamlNumbers.IsAmbiguous(scalar.Text) || !YamlNumbers.TryInteger(scalar.Text, out System.Numerics.BigInteger value))
        {
            errors.Add(new Place(node.Line, node.Column, position), DescriptionRules.ValueType, "The value of sequence is an integer.", $"it is {node.Description}", "Write a number from 0 to 31, or remove the key.");
            return next;
        }

        if (value >= 0 && value < DeviceLimits.MaximumLayers) return (int)value;
        errors.Add(new Place(node.Line, node.Column, position), DeviceLimits.Layers, $"sequence is {node.Description}", "Use sequence numbers from 0 to 31.");
        return next;
    }
}
