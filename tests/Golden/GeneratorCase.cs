// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text.Json;
using Ai8x.CodeGen;
using Ai8x.Networks;
using Ai8x.Onnx;
using Ai8x.Quant;

namespace Ai8x.Golden;

/// <summary>One folder of reference vectors, and our generator's answer to it.</summary>
internal sealed class GeneratorCase
{
    private GeneratorCase(string folder)
    {
        Folder = folder;
        using FileStream stream = File.OpenRead(Path.Combine(folder, "case.json"));
        Facts = JsonDocument.Parse(stream).RootElement.Clone();
        Options = [.. Facts.GetProperty("options").EnumerateArray().Select(o => o.GetString()!)];
    }

    public string Folder { get; }

    public JsonElement Facts { get; }

    public string[] Options { get; }

    public bool IsOnnx => Facts.GetProperty("flow").GetString() == "onnx";

    /// <summary>The vectors of the newer edition.</summary>
    public string Expected => Path.Combine(Folder, IsOnnx ? "expected-develop" : "expected");

    /// <summary>The folder with all vectors, or null where it is absent.</summary>
    public static string? Root { get; } = FindRoot();

    public static GeneratorCase Open(string name) => new(Path.Combine(Root!, name));

    public static string[] Names(string group) => Root is null
        ? []
        : [.. Directory.EnumerateDirectories(Path.Combine(Root, group)).Select(folder => group + "/" + Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    public int? Option(string name) => Array.IndexOf(Options, name) is int at and >= 0 ? Number(Options[at + 1]) : null;

    public bool Has(string option) => Options.Contains(option);

    public NetworkDescription Description()
    {
        NetworkDescription description = NetworkYaml.ReadFile(Path.Combine(Folder, "network.yaml"));
        if (Option("--stop-after") is int last) description = description.StopAfter(last);
        if (Option("--output-width") is int width) description = description with { Layers = [.. description.Layers[..^1], description.Layers[^1] with { OutputWidth = width }] };
        return description;
    }

    public QuantizedNetwork Quantized() => Quantized(Description());

    public QuantizedNetwork Quantized(NetworkDescription description)
    {
        var options = new QuantizationOptions { RoundAveragePooling = Has("--avg-pool-rounding"), ReshapeInputs = Has("--reshape-inputs") };
        if (IsOnnx) return Quantizer.Quantize(OnnxImporter.Import(Path.Combine(Folder, "model.onnx"), description), description, options);
        return Quantizer.FromIntegers("case", SampleShape(), description, Arrays(Folder, bias: !Has("--no-bias")), options);
    }

    public SynthesizedNetwork Synthesize() => Synthesizer.Synthesize(Quantized(), Sample(), SynthesisOptions());

    /// <summary>What our C project says about itself, for the core that the case runs on.</summary>
    public ProjectFacts ProjectFacts(SynthesizedNetwork network) => network.Facts("net", "0.0.0", []) with
    {
        Options = new ProjectOptions { Riscv = Has("--riscv") ? new RiscvOptions(Flash: Has("--riscv-cache"), Cache: Has("--riscv-cache")) : null },
    };

    public SynthesisOptions SynthesisOptions() => new()
    {
        Softmax = Has("--softmax"),
        WriteZeroRegisters = Has("--write-zero-registers"),
        Input = Has("--fast-fifo-quad") ? InputPath.FastFifoQuad : Has("--fast-fifo") ? InputPath.FastFifo : Has("--fifo") ? InputPath.Fifo : InputPath.Memory,
        Riscv = Has("--riscv"),
        ExpressKernels = !Has("--no-mexpress"),
        OldKernelLoader = Has("--old-kernel-loader"),
        Mlator = Has("--mlator"),
        ZeroMemories = Has("--zero-sram"),
        PowerDown = Has("--powerdown"),
        Simple1Bit = Has("--simple1b"),
        OverlapData = Has("--overlap-data"),
        AllowStreaming = Has("--allow-streaming"),
        StopStart = Has("--stop-start"),
        LegacyTest = Has("--legacy-test"),
        MaximumProcessors = Option("--max-proc") ?? 64,
        OverrideStart = Option("--override-start"),
        OverrideRollover = Option("--override-rollover"),
        OverrideDelta2 = Option("--override-delta2"),
    };

    /// <summary>The reference's memory after the run: the words of its known answer.</summary>
    public Dictionary<uint, uint> Answer()
    {
        uint[] words = [.. File.ReadAllText(Path.Combine(Expected, "output.txt")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(word => Convert.ToUInt32(word, 16))];
        Dictionary<uint, uint> memory = [];
        for (int at = 0; words[at] != 0; at += 3 + (int)words[at + 2])
        {
            for (uint i = 0; i < words[at + 2]; i++) memory[words[at] + 4 * i] = memory.GetValueOrDefault(words[at] + 4 * i) | words[at + 3 + i];
        }

        return memory;
    }

    /// <summary>The integer output of the last layer.</summary>
    public string LastLayer => Directory.EnumerateFiles(Path.Combine(Folder, "expected"), "layer_*_out.npy").Max(StringComparer.Ordinal)!;

    public sbyte[] Sample() => [.. GeneratorNpy.Read(Path.Combine(Folder, "sample.npy")).Values.Select(v => checked((sbyte)v))];

    public FeatureShape SampleShape()
    {
        int[] shape = GeneratorNpy.Read(Path.Combine(Folder, "sample.npy")).Shape;
        return new FeatureShape(shape[1], shape.Length > 2 ? shape[2] : 1, shape[0]);
    }

    /// <summary>The arrays of a folder in layer order; files are numbered by layer, and layers without weights have none.</summary>
    public static IntegerLayerArrays[] Arrays(string folder, bool bias = true) => [.. Enumerable.Range(0, 33).Where(layer => File.Exists(ArrayFile(folder, "weights", layer))).Select(layer =>
    {
        (int[] shape, int[] weights) = GeneratorNpy.Read(ArrayFile(folder, "weights", layer));
        string values = ArrayFile(folder, "bias", layer);
        return new IntegerLayerArrays { Source = $"weights_layer{layer}.npy", Shape = [.. shape], Weights = [.. weights], Bias = bias && File.Exists(values) ? [.. GeneratorNpy.Read(values).Values] : [] };
    })];

    private static string ArrayFile(string folder, string kind, int layer) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{kind}_layer{layer}.npy"));

    private static int Number(string text) => text.StartsWith("0x", StringComparison.Ordinal) ? Convert.ToInt32(text, 16) : int.Parse(text, CultureInfo.InvariantCulture);

    private static string? FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Ai8x.Managed.sln"))) continue;
            string vectors = Path.Combine(folder.Parent!.FullName, "shared", "golden");
            return Directory.Exists(vectors) ? vectors : null;
        }

        return null;
    }
}
