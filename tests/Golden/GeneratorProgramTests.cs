// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Ai8x.CodeGen;
using Ai8x.CodeGen.Maps;
using Ai8x.CodeGen.Output;
using Ai8x.CodeGen.Placement;
using Ai8x.Quant;

namespace Ai8x.Golden;

/// <summary>The generator against the reference's programs, word by word, for every case that lies in its class of networks.</summary>
public sealed class GeneratorProgramTests
{
    private const string NoVectors = "The reference vectors (../shared/golden) are not there.";

    public static TheoryData<string> Cases()
    {
        string[] names = [.. GeneratorCase.Names("tf-models").Concat(GeneratorCase.Names("ops"))];
        return names.Length == 0 ? [""] : [.. names];
    }

    public static TheoryData<string> GatheredCases()
    {
        string[] names = [.. GeneratorCase.Names("ops").Where(name => GeneratorCase.Open(name).Has("--mlator"))];
        return names.Length == 0 ? [""] : [.. names];
    }

    public static TheoryData<string> OnnxCases()
    {
        string[] names = [.. GeneratorCase.Names("tf-models").Concat(GeneratorCase.Names("ops")).Where(name => GeneratorCase.Open(name) is { IsOnnx: true })];
        return names.Length == 0 ? [""] : [.. names];
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Program_EqualsTheReference(string name)
    {
        Assert.SkipWhen(name.Length == 0, NoVectors);
        GeneratorCase reference = GeneratorCase.Open(name);
        Dictionary<string, string> files = VectorWriter.Files(reference.Synthesize()).ToDictionary(f => f.Name, f => f.Text);
        foreach (string path in Directory.EnumerateFiles(reference.Expected).Where(p => Path.GetExtension(p) is ".txt" or ".csv"))
        {
            string file = Path.GetFileName(path);
            Assert.True(files.Remove(file, out string? text), $"{file} is missing.");
            string expected = File.ReadAllText(path);
            if (file == "program.csv") Assert.Equal(Rows(expected, reference), Rows(text, reference));
            else if (file == "unload.csv") Assert.Equal(Within(expected, reference), Within(text, reference));
            else Assert.Equal(expected, text);
        }

        // Where the accelerator gathers the result, and where nothing is unloaded, the reference gives no list of bytes.
        Assert.Equal(File.Exists(Path.Combine(reference.Expected, "unload.csv")) ? [] : ["unload.csv"], files.Keys);
    }

    /// <summary>
    /// Every byte that <c>cnn_unload</c> fetches, looked up in the reference's memory after the run, makes the last layer; this also where the
    /// reference itself leaves bytes out (machine.md section 15.3).
    /// </summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Unload_DeliversTheLastLayer(string name)
    {
        Assert.SkipWhen(name.Length == 0, NoVectors);
        GeneratorCase reference = GeneratorCase.Open(name);
        SynthesizedNetwork network = reference.Synthesize();
        Dictionary<uint, uint> memory = reference.Answer();
        var buffer = new byte[(network.Unload.ByteMode ? 1 : 4) * network.Unload.OutputCount];
        foreach (UnloadRun run in UnloadTrace.Of(network.Unload))
        {
            for (int i = 0; i < run.Count && run.OutputByte + i < buffer.Length; i++)
            {
                uint address = run.SourceAddress + (uint)(i * run.SourceStep);
                buffer[run.OutputByte + i] = (byte)(memory[address & ~3u] >> (int)(8 * (address & 3)));
            }
        }

        (int[] shape, int[] values) = GeneratorNpy.Read(reference.LastLayer);
        int[] expected = network.Unload.ByteMode ? values : GroupsOfFour(shape[0], values.Length / shape[0], values);
        Assert.Equal(expected, network.Unload.ByteMode ? buffer.Select(b => (int)(sbyte)b) : buffer.Chunk(4).Select(word => BitConverter.ToInt32(word)));
    }

    /// <summary>The maps show the kernels, bias and output of every layer within its memory.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Maps_ShowEveryLayerWithinItsMemory(string name)
    {
        Assert.SkipWhen(name.Length == 0, NoVectors);
        GeneratorCase reference = GeneratorCase.Open(name);
        JsonElement[] layers = [.. reference.Facts.GetProperty("layers").EnumerateArray()];
        MapOfMemory[] maps = [.. MemoryMaps.Of(Placer.Attempt(reference.Quantized(), reference.SynthesisOptions()))];
        Assert.All(maps, map => Assert.Empty(map.Overflowing));
        for (int layer = 0; layer < layers.Length; layer++)
        {
            int kernels = Rows(maps[0], layer), outputs = Rows(maps[1], layer);
            bool weights = layers[layer].GetProperty("kernel_length").GetInt32() > 0;
            Assert.Equal(weights ? BitOperations.PopCount(Map(layers[layer], "processors")) : 0, kernels);
            Assert.Equal(Enumerable.Range(0, 16).Count(i => (Map(layers[layer], "output_processors") >> (4 * i) & 15) != 0), outputs);
        }

        static int Rows(MapOfMemory map, int layer) => map.Rows.Count(row => row.Spans.Any(span => span.Layer == layer));
        static ulong Map(JsonElement layer, string key) => Convert.ToUInt64(layer.GetProperty(key).GetString(), 16);
    }

    /// <summary>The start addresses with which the accelerator gathers the result; the reference has 0 there (machine.md section 15.3).</summary>
    [Theory]
    [MemberData(nameof(GatheredCases))]
    public void GatheredUnload_StartsAtEveryChannel(string name)
    {
        Assert.SkipWhen(name.Length == 0, NoVectors);
        GeneratorCase reference = GeneratorCase.Open(name);
        JsonElement layer = reference.Facts.GetProperty("layers").EnumerateArray().Last();
        ulong map = Hex("output_processors");
        uint offset = (uint)Hex("out_offset") / 4;
        IEnumerable<uint> expected = Enumerable.Range(0, 64).Where(p => (map >> p & 1) != 0).Select(p => ((uint)p / 4 << 13) + offset);
        IEnumerable<uint> starts = reference.Synthesize().Program.Functions.Single(f => f.Name == "cnn_unload").Accesses.Where(a => a.Label == "Set SRAM address").Select(a => a.Value);
        Assert.Equal(expected, starts);
        ulong Hex(string key) => Convert.ToUInt64(layer.GetProperty(key).GetString(), 16);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Layers_EqualTheReference(string name)
    {
        Assert.SkipWhen(name.Length == 0, NoVectors);
        GeneratorCase reference = GeneratorCase.Open(name);
        QuantizedNetwork network = reference.Quantized();
        sbyte[] sample = reference.Sample();
        var plain = IntegerReference.Run(network, sample);
        var fast = new IntegerEvaluator(network).Run(sample, SampleOrder.ChannelsFirst);
        for (int layer = 0; layer < plain.Length; layer++)
        {
            (_, int[] expected) = GeneratorNpy.Read(Path.Combine(reference.Folder, "expected", string.Create(CultureInfo.InvariantCulture, $"layer_{layer:00}_out.npy")));
            Assert.Equal(expected, plain[layer]);
            Assert.Equal(expected, fast[layer]);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Cycles_EqualTheReference(string name)
    {
        Assert.SkipWhen(name.Length == 0, NoVectors);
        GeneratorCase reference = GeneratorCase.Open(name);
        CycleEstimate cycles = reference.Synthesize().Cycles;
        JsonElement expected = reference.Facts.GetProperty("latency_cycles");
        Assert.Equal(expected.GetProperty("layers").EnumerateArray().Select(l => l.GetProperty("cycles").GetInt64()), cycles.Layers);
        Assert.Equal(expected.GetProperty("total").GetInt64(), cycles.Total);
    }

    [Theory]
    [MemberData(nameof(OnnxCases))]
    public void QuantizedModel_EqualsTheReference(string name)
    {
        Assert.SkipWhen(name.Length == 0, NoVectors);
        GeneratorCase reference = GeneratorCase.Open(name);
        QuantizedNetwork network = reference.Quantized();
        IntegerLayerArrays[] arrays = GeneratorCase.Arrays(Path.Combine(reference.Folder, "expected"));
        QuantizedLayer[] weighted = [.. network.Layers.Where(layer => layer.Operator != Networks.LayerOperator.None)];
        Assert.Equal(arrays.Length, weighted.Length);
        for (int layer = 0; layer < arrays.Length; layer++)
        {
            Assert.Equal(arrays[layer].Weights, weighted[layer].Weights.Select(w => (int)w));
            Assert.Equal(arrays[layer].Bias, weighted[layer].Bias.Select(b => (int)b));
        }
    }

    // Function, operation, width, address, value and count of each row; the register is only a comment, and may hold commas.
    private static string[] Rows(string text, GeneratorCase reference) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
    {
        string[] cells = line.Split(',');

        // The reference lets the accelerator gather every channel from word 0 (machine.md section 15.3).
        bool start = reference.Has("--mlator") && cells[0] == "cnn_unload" && cells[3].EndsWith("00310", StringComparison.Ordinal);
        return string.Join(',', [.. cells[..4], start ? "start" : cells[4], cells[^1]]);
    })];

    // Bytes up to the end of the output: the reference fetches unused lanes behind it, past the end of its buffer. Where the output processors do
    // not start at a multiple of four it leaves out a channel (machine.md section 15.3).
    private static string[] Within(string text, GeneratorCase reference)
    {
        JsonElement facts = reference.Facts.GetProperty("unload");
        if (facts.GetProperty("layout").GetString() == "other") return [];
        int end = facts.GetProperty("output_bytes").GetInt32();
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(','))
            .Select(cells => (Byte: Number(cells[0]), Count: Number(cells[1]), Source: cells[2..]))
            .Where(run => run.Byte < end)
            .Select(run => string.Join(',', [run.Byte.ToString(CultureInfo.InvariantCulture), Math.Min(run.Count, end - run.Byte).ToString(CultureInfo.InvariantCulture), .. run.Source]))];
        static int Number(string cell) => int.Parse(cell, CultureInfo.InvariantCulture);
    }

    // 32-bit outputs come in groups of four channels, pixel after pixel inside the group.
    private static int[] GroupsOfFour(int channels, int pixels, int[] values) =>
        [.. Enumerable.Range(0, channels).Chunk(4).SelectMany(group => Enumerable.Range(0, pixels).SelectMany(pixel => group.Select(channel => values[channel * pixels + pixel])))];
}
