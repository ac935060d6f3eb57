// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.CodeGen;
using Ai8x.Device.Limits;
using Ai8x.Networks;
using Ai8x.Onnx;
using Ai8x.Quant;
using Ai8x.Tensors;

namespace Ai8x.Flow;

/// <summary>Reads a model file or a folder of integer arrays, and quantizes it for a description.</summary>
internal static class CheckpointLoading
{
    /// <summary>Loads and quantizes.</summary>
    /// <param name="checkpoint">ONNX file, or folder with <c>weights_layerN.npy</c> and <c>bias_layerN.npy</c>.</param>
    /// <param name="description">The description.</param>
    /// <param name="input">Shape of the sample: the input of a folder of arrays, and what a model's input must be.</param>
    /// <param name="quantization">The user's choices.</param>
    /// <param name="broken">Takes broken limits instead of an exception, where the network has a shape all the same; or null.</param>
    public static LoadedCheckpoint Load(string checkpoint, NetworkDescription description, FeatureShape? input, QuantizationChoices quantization, ICollection<LimitViolation>? broken = null)
    {
        if (Directory.Exists(checkpoint)) return LoadArrays(checkpoint, description, input, quantization, broken);
        NetworkGraph graph = OnnxImporter.Import(checkpoint, description);
        return new LoadedCheckpoint(Quantizer.Quantize(graph, description, quantization.ToOptions(), broken), graph);
    }

    private static LoadedCheckpoint LoadArrays(string folder, NetworkDescription description, FeatureShape? input, QuantizationChoices quantization, ICollection<LimitViolation>? broken)
    {
        if (input is not { } shape) throw new FlowException($"'{folder}' holds integer arrays, which do not say what the network's input is. Give a sample with --sample-input.");
        ImmutableArray<IntegerLayerArrays>.Builder arrays = ImmutableArray.CreateBuilder<IntegerLayerArrays>();
        for (int layer = 0; layer < description.Layers.Length; layer++)
        {
            // Files are numbered by layer; a layer without operator, or with another layer's weights, has none.
            if (description.Layers[layer] is { Operator: LayerOperator.None } or { WeightSource: not null }) continue;
            string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"weights_layer{layer}.npy"));
            if (!File.Exists(path)) throw new FlowException($"{path}: not found. {description.Where(layer)} needs its integer weights there.");
            NpyArray weights = NpyReader.Read(path);
            string biasPath = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"bias_layer{layer}.npy"));
            arrays.Add(new IntegerLayerArrays
            {
                Source = path,
                Shape = weights.Shape,
                Weights = Integers(weights, path),
                Bias = File.Exists(biasPath) ? Integers(NpyReader.Read(biasPath), biasPath) : [],
            });
        }

        string name = Path.GetFileName(Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar));
        return new LoadedCheckpoint(Quantizer.FromIntegers(name, shape, description, arrays, quantization.ToOptions(), broken), null);
    }

    private static ImmutableArray<int> Integers(NpyArray array, string path)
    {
        if (array.ElementType is NpyElementType.Float32 or NpyElementType.Float64)
        {
            throw new FlowException($"{path}: integers are needed, the file holds {array.ElementType}. Quantize the array first.");
        }

        long[] values = array.ToInt64Array();
        foreach (long value in values)
        {
            if (value is < int.MinValue or > int.MaxValue) throw new FlowException(string.Create(CultureInfo.InvariantCulture, $"{path}: the value {value} does not fit 32 bits."));
        }

        return [.. values.Select(value => (int)value)];
    }
}

/// <summary>A quantized network and, where it came from a model file, its float graph.</summary>
internal sealed record LoadedCheckpoint(QuantizedNetwork Network, NetworkGraph? Graph);
