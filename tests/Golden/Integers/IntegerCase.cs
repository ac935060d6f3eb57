// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Networks;
using Ai8x.Onnx;
using Ai8x.Quant;

namespace Ai8x.Golden.Integers;

/// <summary>A case as a network of integers.</summary>
internal static class IntegerCase
{
    public static QuantizedNetwork Network(GeneratorCase golden)
    {
        NetworkDescription description = Description(golden);
        var options = new QuantizationOptions { RoundAveragePooling = golden.Has("--avg-pool-rounding"), ReshapeInputs = golden.Has("--reshape-inputs") };
        if (golden.IsOnnx) return Quantizer.Quantize(OnnxImporter.Import(Path.Combine(golden.Folder, "model.onnx"), description), description, options);
        return Quantizer.FromIntegers("case", golden.SampleShape(), description, Arrays(golden.Folder), options);
    }

    private static NetworkDescription Description(GeneratorCase golden)
    {
        NetworkDescription description = CaseYaml.Read(Path.Combine(golden.Folder, "network.yaml"));
        if (golden.Option("--stop-after") is int last) description = description.StopAfter(last);
        if (golden.Option("--output-width") is int width) description = description with { Layers = [.. description.Layers[..^1], description.Layers[^1] with { OutputWidth = width }] };
        return description;
    }

    // Files are numbered by layer; layers without weights have none.
    private static IntegerLayerArrays[] Arrays(string folder) => [.. Enumerable.Range(0, 32).Where(i => File.Exists(FileOf(folder, "weights", i))).Select(i =>
    {
        (int[] shape, int[] weights) = GeneratorNpy.Read(FileOf(folder, "weights", i));
        string bias = FileOf(folder, "bias", i);
        return new IntegerLayerArrays { Source = Path.GetFileName(FileOf(folder, "weights", i)), Shape = [.. shape], Weights = [.. weights], Bias = File.Exists(bias) ? [.. GeneratorNpy.Read(bias).Values] : [] };
    })];

    private static string FileOf(string folder, string kind, int layer) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{kind}_layer{layer}.npy"));
}
