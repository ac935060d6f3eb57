// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text.Json;

namespace Ai8x.Golden.Simulator;

/// <summary>What <c>case.json</c> says about a case, as far as these tests need it.</summary>
internal sealed record GoldenCase(string Folder, string[] Tags, long TotalCycles, bool Estimated, IReadOnlyList<GoldenLayer> Layers)
{
    public bool Has(string tag) => Tags.Contains(tag);

    public static GoldenCase Read(string folder)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "case.json")));
        JsonElement root = document.RootElement;
        string[] tags = [.. root.GetProperty("tags").EnumerateArray().Select(t => t.GetString()!)];
        var cycles = new Dictionary<int, long>();
        long total = -1;
        bool estimated = false;
        if (root.TryGetProperty("latency_cycles", out JsonElement latency) && latency.ValueKind == JsonValueKind.Object)
        {
            total = latency.GetProperty("total").GetInt64();
            foreach (JsonElement layer in latency.GetProperty("layers").EnumerateArray())
            {
                cycles[layer.GetProperty("layer").GetInt32()] = layer.GetProperty("cycles").GetInt64();
                estimated |= layer.GetProperty("streaming_estimate").GetBoolean();
            }
        }

        GoldenLayer[] layers = [.. root.GetProperty("layers").EnumerateArray().Select(l => Layer(l, cycles))];
        return new GoldenCase(folder, tags, total, estimated, layers);
    }

    private static GoldenLayer Layer(JsonElement layer, Dictionary<int, long> cycles) => new(
        layer.GetProperty("layer").GetInt32(),
        Convert.ToUInt64(layer.GetProperty("output_processors").GetString()![2..], 16),
        uint.Parse(layer.GetProperty("out_offset").GetString()![2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
        layer.GetProperty("output_width").GetInt32(),
        layer.GetProperty("write_gap").GetInt32(),
        layer.GetProperty("output_expand").GetInt32(),
        cycles.TryGetValue(layer.GetProperty("layer").GetInt32(), out long count) ? count : -1);
}

/// <summary>One layer of a case.</summary>
internal sealed record GoldenLayer(int Index, ulong OutputProcessors, uint OutputOffset, int OutputWidth, int WriteGap, int Expansions, long Cycles)
{
    /// <summary>
    /// Address of the word with an output value and the byte lane in it (lane 0 for wide outputs), from the rule of where outputs go (machine.md section 10.1).
    /// </summary>
    public (uint Address, int Lane) Place(int channel, int pixel)
    {
        int perExpansion = System.Numerics.BitOperations.PopCount(OutputProcessors);
        int expansion = channel / perExpansion;
        int processor = Processor(channel % perExpansion);
        int unit = OutputWidth / 8;
        uint block = 0x50400000u + 0x400000u * (uint)(processor / 16) + 0x8000u * (uint)(processor % 16 / 4) + OutputOffset;
        uint word = (uint)((pixel * Expansions * unit + expansion * unit) * (WriteGap + 1));
        return unit == 4 ? (block + 4 * (word + (uint)(processor % 4)), 0) : (block + 4 * word, processor % 4);
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
