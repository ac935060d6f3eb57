// SPDX-License-Identifier: MIT
using Ai8x.Networks;
using Ai8x.Onnx.Reading;
using Ai8x.Onnx.Schema;
using Ai8x.Onnx.Writing;
using Ai8x.Tensors;
using Google.Protobuf;

namespace Ai8x.Onnx;

/// <summary>
/// Writes a network as an ONNX model of operator set 10 in the node patterns of the Keras-style flow (onnx.md sections 3 and 6). The
/// same network always gives the same bytes, and reading them back gives the same network.
/// </summary>
/// <remarks>
/// The input is <c>input_1:0</c>: <c>[N, C, H, W]</c>, or <c>[N, H, W]</c> for one channel, <c>[N, L, C]</c> for a one-dimensional layer, or
/// <c>[N, n]</c> for a vector. The output is <c>Identity:0</c>: <c>[N, n]</c>, or <c>[N, H, W, C]</c> or <c>[N, L, C]</c> if the last layer
/// gives more than one pixel.
/// </remarks>
public static class OnnxExporter
{
    /// <summary>Name of the input.</summary>
    public const string InputName = "input_1:0";

    /// <summary>Name of the output.</summary>
    public const string OutputName = "Identity:0";

    /// <summary>Writes a file; it appears complete or not at all.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="network">The network.</param>
    /// <exception cref="OnnxFormatException">The network holds what cannot be written: bitwise operations, layers that pass on their input unchanged, shapes that do not fit, weights that are not finite.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Export(string path, NetworkGraph network) => AtomicFile.WriteBytes(path, Export(network));

    /// <summary>Makes the model in memory.</summary>
    /// <param name="network">The network.</param>
    /// <returns>The bytes of the file.</returns>
    /// <exception cref="OnnxFormatException">The network holds what cannot be written: bitwise operations, layers that pass on their input unchanged, shapes that do not fit, weights that are not finite.</exception>
    public static byte[] Export(NetworkGraph network)
    {
        ArgumentNullException.ThrowIfNull(network);
        ExportRules.Check(network);
        var nodes = new NodeList(InputName, OutputName);
        var patterns = new LayerPatterns(nodes, network);
        for (int i = 0; i < network.Layers.Length; i++) patterns.Write(i);
        patterns.WriteEnd();

        var graph = new GraphProto { Name = network.Name };
        nodes.MoveTo(graph);
        graph.Input.Add(Value(InputName, patterns.InputShape));
        graph.Output.Add(Value(OutputName, patterns.OutputShape));
        var model = new ModelProto { IrVersion = 5, ProducerName = ModelFacts.Producer, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 10 });
        if (network.InputScale is { } scale) AddEntry(model, ModelFacts.InputScaleKey, scale.ToString(System.Globalization.CultureInfo.InvariantCulture));
        AddEntry(model, ModelFacts.LayerOperatorsKey, string.Join(' ', network.Layers.Select(layer => PlannedLayer.Of(layer).Word)));
        return model.ToByteArray();
    }

    private static void AddEntry(ModelProto model, string key, string value) => model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });

    private static ValueInfoProto Value(string name, IEnumerable<int> axes)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(new DimensionProto { DimParam = "batch" });
        foreach (int length in axes) shape.Dim.Add(new DimensionProto { DimValue = length });
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TensorTypeProto { ElemType = 1, Shape = shape } } };
    }
}
