// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Networks;
using Ai8x.Onnx.Reading;
using Ai8x.Tensors;

namespace Ai8x.Onnx;

/// <summary>
/// Writes a copy of a model with other weights and biases, normally the quantized ones divided by 128 (numerics.md section 13.2).
/// The values are replaced in place: every other byte of the file stays. Where reading the model computed weights, so that new ones have
/// no place in it, the copy is the network of layers as <see cref="OnnxExporter"/> writes it, with the input that it documents.
/// </summary>
public static class DequantizedModelWriter
{
    /// <summary>The name that the copy of a model has: <c>saved_model.onnx</c> becomes <c>saved_model_dq.onnx</c>.</summary>
    /// <param name="path">The model.</param>
    /// <returns>The path of the copy, in the same folder.</returns>
    public static string PathFor(string path) =>
        Path.Combine(Path.GetDirectoryName(path) ?? "", Path.GetFileNameWithoutExtension(path) + "_dq" + Path.GetExtension(path));

    /// <summary>Writes the copy of a model file; it appears complete or not at all.</summary>
    /// <param name="path">The model.</param>
    /// <param name="destination">The copy, normally <see cref="PathFor"/>; an existing file is replaced.</param>
    /// <param name="parameters">The network with the new weights and biases, layer by layer as the importer gives the model.</param>
    /// <param name="description">The description that the model was imported with, or null.</param>
    /// <exception cref="OnnxFormatException">The model cannot be read, or the layers do not fit it.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static void Write(string path, string destination, NetworkGraph parameters, NetworkDescription? description = null) =>
        AtomicFile.WriteBytes(destination, Replace(OnnxDocument.ReadFile(path), path, parameters, description));

    /// <summary>Makes the copy of a model in memory.</summary>
    /// <param name="model">The bytes of the model.</param>
    /// <param name="source">Name for messages.</param>
    /// <param name="parameters">
    /// The network with the new weights and biases, layer by layer as the importer gives the model, and the input scale that the copy takes.
    /// </param>
    /// <param name="description">The description that the model was imported with, or null.</param>
    /// <returns>The bytes of the copy.</returns>
    /// <exception cref="OnnxFormatException">The model cannot be read, or the layers do not fit it.</exception>
    public static byte[] Replace(ReadOnlyMemory<byte> model, string source, NetworkGraph parameters, NetworkDescription? description = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        OnnxDocument document = OnnxDocument.Parse(model, source);
        ImportedModel imported = GraphReader.Read(document, description);
        if (parameters.Layers.Length != imported.Graph.Layers.Length)
        {
            throw new OnnxFormatException(source, string.Create(CultureInfo.InvariantCulture,
                $"the model has {imported.Graph.Layers.Length} layers, the new weights are for {parameters.Layers.Length}."));
        }

        for (int i = 0; i < parameters.Layers.Length; i++) CheckCounts(source, imported.Graph.Layers[i], parameters.Layers[i]);
        if (imported.Bindings.Any(binding => binding.IsComputed || !HasPlace(binding.Weights) || !HasPlace(binding.Bias))) return OnnxExporter.Export(parameters);
        byte[] copy = model.ToArray();
        var replaced = new Dictionary<string, float[]>(StringComparer.Ordinal);
        for (int i = 0; i < parameters.Layers.Length; i++)
        {
            GraphLayer layer = parameters.Layers[i];
            LayerBinding binding = imported.Bindings[i];
            Put(binding.Weights, InFileOrder(layer.Weights, binding.WeightOrder), layer.Name);
            Put(binding.Bias, layer.Bias, layer.Name);
        }

        ReplaceInputScale(copy, imported.Graph.InputScale, parameters.InputScale);
        return copy;

        bool HasPlace(string? name) => name is null || document.Scan.Places.ContainsKey(name);

        void Put(string? name, ImmutableArray<float> values, string layer)
        {
            if (name is null) return;
            float[] written = [.. values];
            if (replaced.TryGetValue(name, out float[]? earlier) && !earlier.AsSpan().SequenceEqual(written))
            {
                throw new OnnxFormatException(source, $"two layers share the initializer '{name}', but their new values differ.", layer);
            }

            replaced[name] = written;
            DataPlace place = document.Scan.Places[name];
            if (place.Length != written.Length * sizeof(float)) throw new OnnxFormatException(source, $"the values of '{name}' do not stand in one block; save the model with raw data.", layer);
            for (int k = 0; k < written.Length; k++) BinaryPrimitives.WriteSingleLittleEndian(copy.AsSpan(place.Offset + (k * sizeof(float))), written[k]);
        }
    }

    private static void CheckCounts(string source, GraphLayer read, GraphLayer given)
    {
        Check(read.Weights.Length, given.Weights.Length, "weights");
        Check(read.Bias.Length, given.Bias.Length, "biases");

        void Check(int expected, int actual, string what)
        {
            if (actual == expected) return;
            throw new OnnxFormatException(source, string.Create(CultureInfo.InvariantCulture, $"the model has {expected} {what} here, but {actual} new ones were given."), given.Name);
        }
    }

    /// <summary>
    /// Halved first-layer weights take inputs divided by 128 (numerics.md section 13.2), so the copy must say so. Both scales have three
    /// digits: the metadata entry, key and value with their field numbers and lengths, is replaced in place.
    /// </summary>
    private static void ReplaceInputScale(Span<byte> copy, int? written, int? wanted)
    {
        if (written == wanted || written is not { } old || wanted is not { } scale) return;
        byte[] entry = [0x0a, 11, .. "input_scale"u8, 0x12, 3, .. Digits(old)];
        int at = copy.IndexOf(entry);
        if (at >= 0) Digits(scale).CopyTo(copy.Slice(at + entry.Length - 3, 3));

        static byte[] Digits(int value) => System.Text.Encoding.ASCII.GetBytes(value.ToString("000", CultureInfo.InvariantCulture));
    }

    private static ImmutableArray<float> InFileOrder(ImmutableArray<float> weights, int[]? order)
    {
        // A wrong number of weights is reported by the caller.
        if (order is null || order.Length != weights.Length) return weights;
        float[] values = new float[order.Length];
        for (int i = 0; i < order.Length; i++) values[i] = weights[order[i]];
        return ImmutableArray.Create(values);
    }
}
