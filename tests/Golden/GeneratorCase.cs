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

    public int? Option(string name) => Array.IndexOf(Options, name) is int at and >= 0 ? int.Parse(Options[at + 1], CultureInfo.InvariantCulture) : null;

    public bool Has(string option) => Options.Contains(option);

    /// <summary>Whether the case lies within what the generator makes today.</summary>
    public bool IsInClass()
    {
        string[] tags = [.. Facts.GetProperty("tags").EnumerateArray().Select(t => t.GetString()!)];
        string[] foreign = ["fifo", "fast-fifo", "streaming", "max-proc", "multipass", "out-expand", "mlator", "channel-skip", "in-sequences", "write-gap"];
        string[] options = ["--no-mexpress", "--stop-start", "--no-bias"];
        return !tags.Any(foreign.Contains) && !Options.Any(options.Contains) && Facts.GetProperty("layers").EnumerateArray().All(IsInClass);
    }

    public NetworkDescription Description()
    {
        NetworkDescription description = NetworkYaml.ReadFile(Path.Combine(Folder, "network.yaml"));
        if (Option("--stop-after") is int last) description = description.StopAfter(last);
        if (Option("--output-width") is int width) description = description with { Layers = [.. description.Layers[..^1], description.Layers[^1] with { OutputWidth = width }] };
        return description;
    }

    public QuantizedNetwork Quantized()
    {
        NetworkDescription description = Description();
        var options = new QuantizationOptions { RoundAveragePooling = Has("--avg-pool-rounding"), ReshapeInputs = Has("--reshape-inputs") };
        if (IsOnnx) return Quantizer.Quantize(OnnxImporter.Import(Path.Combine(Folder, "model.onnx"), description), description, options);
        return Quantizer.FromIntegers("case", SampleShape(), description, Arrays(Folder), options);
    }

    public SynthesizedNetwork Synthesize() => Synthesizer.Synthesize(
        Quantized(), Sample(), new() { Softmax = Has("--softmax"), WriteZeroRegisters = Has("--write-zero-registers") });

    public sbyte[] Sample() => [.. GeneratorNpy.Read(Path.Combine(Folder, "sample.npy")).Values.Select(v => checked((sbyte)v))];

    public FeatureShape SampleShape()
    {
        int[] shape = GeneratorNpy.Read(Path.Combine(Folder, "sample.npy")).Shape;
        return new FeatureShape(shape[1], shape.Length > 2 ? shape[2] : 1, shape[0]);
    }

    public static IntegerLayerArrays[] Arrays(string folder)
    {
        // Files are numbered by layer; layers without weights have none.
        List<IntegerLayerArrays> arrays = [];
        foreach (int layer in Enumerable.Range(0, 33).Where(layer => File.Exists(ArrayFile(folder, "weights", layer))))
        {
            (int[] shape, int[] weights) = GeneratorNpy.Read(ArrayFile(folder, "weights", layer));
            string bias = ArrayFile(folder, "bias", layer);
            arrays.Add(new() { Source = $"weights_layer{layer}.npy", Shape = [.. shape], Weights = [.. weights], Bias = File.Exists(bias) ? [.. GeneratorNpy.Read(bias).Values] : [] });
        }

        return [.. arrays];

        static string ArrayFile(string folder, string kind, int layer) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{kind}_layer{layer}.npy"));
    }

    private static bool IsInClass(JsonElement layer) =>
        layer.GetProperty("op").GetString() is "conv2d" or "mlp" or "linear"
        && layer.GetProperty("eltwise").ValueKind == JsonValueKind.Null
        && layer.GetProperty("in_channels").GetInt32() <= 64
        && layer.GetProperty("out_channels").GetInt32() <= 64;

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
