// SPDX-License-Identifier: MIT
using System.Text.Json;
using Ai8x.Max78000Sim;

namespace Ai8x.Golden.Simulator;

/// <summary>What <c>case.json</c> says about a case, as far as these tests need it.</summary>
internal sealed record GoldenCase(
    string Folder, string[] Tags, long TotalCycles, bool Estimated, string? UnloadLayout, IReadOnlyList<GoldenLayer> Layers)
{
    public bool Has(string tag) => Tags.Contains(tag);

    public static GoldenCase Read(string folder)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "case.json")));
        JsonElement root = document.RootElement;
        string[] tags = [.. root.GetProperty("tags").EnumerateArray().Select(t => t.GetString()!)];
        var cycles = new Dictionary<int, (long, bool)>();
        long total = -1;
        bool estimated = false;
        if (root.TryGetProperty("latency_cycles", out JsonElement latency) && latency.ValueKind == JsonValueKind.Object)
        {
            total = latency.GetProperty("total").GetInt64();
            foreach (JsonElement layer in latency.GetProperty("layers").EnumerateArray())
            {
                bool streaming = layer.GetProperty("streaming_estimate").GetBoolean();
                cycles[layer.GetProperty("layer").GetInt32()] = (layer.GetProperty("cycles").GetInt64(), streaming);
                estimated |= streaming;
            }
        }

        GoldenLayer[] layers = [.. root.GetProperty("layers").EnumerateArray().Select(l => Layer(l, cycles))];
        string? layout = root.TryGetProperty("unload", out JsonElement unload) && unload.ValueKind == JsonValueKind.Object && unload.TryGetProperty("layout", out JsonElement value)
            ? value.GetString()
            : null;
        return new GoldenCase(folder, tags, total, estimated, layout, layers);
    }

    private static GoldenLayer Layer(JsonElement layer, Dictionary<int, (long Cycles, bool Estimated)> cycles)
    {
        int index = layer.GetProperty("layer").GetInt32();
        (long count, bool estimated) = cycles.TryGetValue(index, out (long, bool) known) ? known : (-1, false);
        return new GoldenLayer(
            index, Convert.ToUInt64(layer.GetProperty("output_processors").GetString()![2..], 16), layer.GetProperty("output_width").GetInt32(),
            layer.GetProperty("op").GetString()!, [.. layer.GetProperty("kernel").EnumerateArray().Select(k => k.GetInt32())], count, estimated);
    }
}

/// <summary>One layer of a case.</summary>
internal sealed record GoldenLayer(int Index, ulong OutputProcessors, int OutputWidth, string Operator, int[] Kernel, long Cycles, bool Estimated)
{
    /// <summary>
    /// The slot that computes a channel, as expansion and processor, from the rule of where outputs go (machine.md section 10.1), with the hardware pixel of its first value and the step to the
    /// next. Two kinds of layer run as another picture (sections 4 and 4.1): a dilated one-dimensional kernel of length 3 has one row of surplus pixels first, and an element-wise layer
    /// of several operands and passes takes its passes as pixels.
    /// </summary>
    public (int Expansion, int Processor, int First, int Step) Place(int channel, LayerSnapshot snapshot, int pixels)
    {
        int perExpansion = System.Numerics.BitOperations.PopCount(OutputProcessors);
        int expansion = channel / perExpansion, processor = Processor(channel % perExpansion);
        int hardwarePixels = snapshot.Rows * snapshot.Columns;
        if (Operator == "passthrough" && snapshot.Slots.All(s => s.Expansion == 0) && hardwarePixels > pixels)
            return (0, processor, expansion, hardwarePixels / pixels);
        bool picture = Operator == "conv1d" && snapshot.Columns > 1 && pixels != hardwarePixels;
        return (expansion, processor, picture && Kernel[0] == 3 ? snapshot.Columns : 0, 1);
    }

    private int Processor(int rank)
    {
        for (int processor = 0; processor < 64; processor++)
        {
            if ((OutputProcessors >> processor & 1) != 0 && rank-- == 0)
                return processor;
        }

        throw new InvalidOperationException("The output map is too small.");
    }
}
