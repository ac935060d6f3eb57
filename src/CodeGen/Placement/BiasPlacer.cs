// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Device.Limits;
using Ai8x.Device.Registers;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Placement;

/// <summary>Distributes the biases over the quadrants (machine.md section 8).</summary>
internal static class BiasPlacer
{
    /// <summary>Places the biases: flattening layers first, then layers with one possible quadrant, then by falling size.</summary>
    public static ImmutableArray<BiasBlock> Place(
        LayerPlacement[] layers, NetworkDescription description, IReadOnlyList<int> quadrants, List<string> notices, List<LimitViolation> violations)
    {
        List<byte>[] memory = [.. Enumerable.Range(0, MemoryMap.Quadrants).Select(_ => new List<byte>())];
        int[] candidates(int i) => description.Layers[i].BiasQuadrants is { IsEmpty: false } chosen ? [.. chosen] : [.. quadrants];
        int[] order = [.. Enumerable.Range(0, layers.Length)
            .Where(i => HasBias(layers[i], description.Where(i), notices))
            .OrderBy(i => layers[i].Layer.Flatten ? 0 : 1)
            .ThenBy(i => candidates(i).Length == 1 ? 0 : 1)
            .ThenByDescending(i => Length(layers[i]))];
        foreach (int index in order)
        {
            int[] allowed = candidates(index);
            int same = order.TakeWhile(i => i != index).FirstOrDefault(i => SameBias(layers[i], layers[index]) && allowed.Contains(layers[i].BiasQuadrant!.Value), -1);
            if (same >= 0)
            {
                layers[index] = layers[index] with { BiasQuadrant = layers[same].BiasQuadrant, BiasOffset = layers[same].BiasOffset };
                continue;
            }

            if (allowed.FirstOrDefault(q => !quadrants.Contains(q), -1) is int unused and >= 0)
            {
                violations.Add(new(DeviceLimits.BiasQuadrant, description.Where(index), Text($"bias_group names quadrant {unused}, and no layer uses it"), "Name a used quadrant."));
                continue;
            }

            int quadrant = allowed.MinBy(q => memory[q].Count);
            int offset = memory[quadrant].Count, length = Length(layers[index]);
            if (offset + length > MemoryMap.BiasBytes)
            {
                violations.Add(new(
                    DeviceLimits.BiasMemory,
                    description.Where(index),
                    Text($"the bias takes {length} bytes and quadrant {quadrant} has {MemoryMap.BiasBytes - offset} free"),
                    "Allow more quadrants in bias_group, use more quadrants, or leave out a bias."));
                continue;
            }

            memory[quadrant].AddRange(new byte[Leading(layers[index])]);
            memory[quadrant].AddRange(layers[index].Layer.Bias.Select(value => unchecked((byte)value)));
            layers[index] = layers[index] with { BiasQuadrant = quadrant, BiasOffset = offset };
        }

        return [.. Enumerable.Range(0, MemoryMap.Quadrants).Where(q => memory[q].Count > 0).Select(q => new BiasBlock(q, [.. memory[q]]))];
    }

    private static bool HasBias(LayerPlacement layer, string where, List<string> notices)
    {
        if (layer.Layer.Bias.IsEmpty) return false;
        if (layer.Layer.Bias.Any(value => value != 0)) return true;
        notices.Add($"{where}: all bias values are zero, so the layer runs without bias.");
        return false;
    }

    /// <summary>Bytes of a layer's bias, those of dummy slots included.</summary>
    public static int Length(LayerPlacement layer) => layer.Layer.Output.Channels + Leading(layer);

    // One byte for each dummy slot, and one more where the first layer streams: its index then starts at 1.
    private static int Leading(LayerPlacement layer) =>
        layer.LeadingDummies * layer.OutputPasses.Count + (layer.Layer.Index == 0 && layer.Stream is { Flows: true } ? 1 : 0);

    private static bool SameBias(LayerPlacement earlier, LayerPlacement layer) => earlier.BiasQuadrant is not null
        && Leading(earlier) == Leading(layer) && earlier.Layer.Bias.AsSpan().SequenceEqual(layer.Layer.Bias.AsSpan());

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
