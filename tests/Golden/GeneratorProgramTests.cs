// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text.Json;
using Ai8x.CodeGen;
using Ai8x.CodeGen.Output;
using Ai8x.Quant;

namespace Ai8x.Golden;

/// <summary>The generator against the reference's programs, word by word, for every case that lies in its class of networks.</summary>
public sealed class GeneratorProgramTests
{
    private const string NoVectors = "The reference vectors (../shared/golden) are not there.";

    // Here the reference does something that we do not repeat: it leaves a channel of the unloaded buffer unwritten.
    private static readonly string[] OtherUnload = ["ops/nonsquare-no-compact-data"];

    public static TheoryData<string> Cases()
    {
        string[] names = [.. GeneratorCase.Names("tf-models").Concat(GeneratorCase.Names("ops")).Where(name => GeneratorCase.Open(name).IsInClass())];
        return names.Length == 0 ? [""] : [.. names];
    }

    public static TheoryData<string> OnnxCases()
    {
        string[] names = [.. GeneratorCase.Names("tf-models").Concat(GeneratorCase.Names("ops")).Where(name => GeneratorCase.Open(name) is { IsOnnx: true } c && c.IsInClass())];
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
            if (file == "unload.csv" && OtherUnload.Contains(name)) continue;
            Assert.True(files.Remove(file, out string? text), $"{file} is missing.");
            string expected = File.ReadAllText(path);
            if (file == "program.csv") Assert.Equal(Rows(expected), Rows(text));
            else Assert.Equal(expected, text);
        }

        Assert.Equal(OtherUnload.Contains(name) ? ["unload.csv"] : [], files.Keys);
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
        Assert.Equal(arrays.Length, network.Layers.Length);
        for (int layer = 0; layer < arrays.Length; layer++)
        {
            Assert.Equal(arrays[layer].Weights, network.Layers[layer].Weights.Select(w => (int)w));
            Assert.Equal(arrays[layer].Bias, network.Layers[layer].Bias.Select(b => (int)b));
        }
    }

    // Function, operation, width, address, value and count of each row; the register is only a comment.
    private static string[] Rows(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
    {
        string[] cells = line.Split(',');
        return string.Join(',', cells.Where((_, i) => i != cells.Length - 2));
    })];
}
