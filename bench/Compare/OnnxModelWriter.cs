// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using Ai8x.Bench.Models;

namespace Ai8x.Compare;

/// <summary>
/// Writes a model as ONNX in the form that ONNX Runtime likes best: channels first throughout, rectifier and clamp as one <c>Clip</c> to
/// [0, 1]. Field numbers are those of <c>onnx.proto</c>.
/// </summary>
internal sealed class OnnxModelWriter
{
    public const string InputName = "image";
    public const string OutputName = "logits";
    private const int Opset = 13;
    private const int IrVersion = 8;
    private const int FloatType = 1;
    private const int Int64Type = 7;
    private const int IntAttribute = 2;
    private const int IntsAttribute = 7;
    private readonly BenchmarkModel _model;
    private readonly ProtobufMessage _graph = new();
    private string _last = InputName;
    private int _names;

    private OnnxModelWriter(BenchmarkModel model) => _model = model;

    /// <summary>Shape of the input, the batch as 1.</summary>
    public static long[] InputShape(BenchmarkModel model) =>
        IsOneDimensional(model) ? [1, model.Input.Channels, model.Input.Height] : [1, model.Input.Channels, model.Input.Height, model.Input.Width];

    public static byte[] Write(BenchmarkModel model) => new OnnxModelWriter(model).Model();

    private static bool IsOneDimensional(BenchmarkModel model) => model.Weighted[0].WeightShape.Length == 3;

    private byte[] Model()
    {
        Constant("low", FloatType, [], Bytes<float>([0f]));
        Constant("high", FloatType, [], Bytes<float>([1f]));
        int index = 0;
        foreach (BenchmarkLayer layer in _model.Layers)
        {
            if (layer is ReshapeLayer reshape) Reshape([-1, reshape.Target.Channels, reshape.Target.Height, reshape.Target.Width], reshape);
            else if (layer is not DropoutLayer) Weighted(index++);
        }

        Node("Flatten", [_last], OutputName, ("axis", [1], false));
        _graph.Text(2, _model.Name);
        _graph.Message(11, Value(InputName, InputShape(_model)));
        _graph.Message(12, Value(OutputName, [1, _model.Classes]));
        return new ProtobufMessage().Number(1, IrVersion).Text(2, "Ai8x.Compare").Message(7, _graph).Message(8, new ProtobufMessage().Text(1, "").Number(2, Opset)).ToArray();
    }

    private void Weighted(int index)
    {
        PlacedLayer layer = _model.Weighted[index];
        string weights = $"weights{index}", bias = $"bias{index}";
        Constant(weights, FloatType, [.. layer.WeightShape.Select(extent => (long)extent)], Bytes<float>(ModelWeights.Of(_model, index)));
        if (layer.Bias) Constant(bias, FloatType, [layer.Output.Channels], Bytes<float>(new float[layer.Output.Channels]));
        if (layer.WeightShape.Length == 2)
        {
            Append("Flatten", [_last], ("axis", [1], false));
            Append("Gemm", layer.Bias ? [_last, weights, bias] : [_last, weights], ("transB", [1], false));
            return;
        }

        if (layer.Pooling != PoolingBefore.None)
            Append(layer.Pooling == PoolingBefore.Maximum ? "MaxPool" : "AveragePool", [_last], ("kernel_shape", [2, 2], true), ("strides", [2, 2], true));
        (int rows, int columns) = layer.Padding;
        bool line = layer.WeightShape.Length == 3;
        Append(
            "Conv",
            layer.Bias ? [_last, weights, bias] : [_last, weights],
            ("kernel_shape", line ? [layer.Kernel.Columns] : [layer.Kernel.Rows, layer.Kernel.Columns], true),
            ("pads", line ? [columns, columns] : [rows, columns, rows, columns], true));
        if (layer.Activated) Append("Clip", [_last, "low", "high"]);
    }

    private void Reshape(long[] target, ReshapeLayer layer)
    {
        // Row-major [H, W, C] values under channels first: only a map whose channels stay may be reshaped without moving values.
        if (!_model.Weighted.Any(placed => placed.Output.Count == layer.Target.Count && placed.Output.Channels == target[1])) throw new NotSupportedException($"the reshape of {_model.Name} moves channels");
        Constant("target", Int64Type, [target.Length], Bytes<long>(target));
        Append("Reshape", [_last, "target"]);
    }

    private void Append(string operation, string[] inputs, params ReadOnlySpan<(string Name, long[] Values, bool List)> attributes)
    {
        string output = $"value{_names++}";
        Node(operation, inputs, output, attributes);
        _last = output;
    }

    private void Node(string operation, string[] inputs, string output, params ReadOnlySpan<(string Name, long[] Values, bool List)> attributes)
    {
        var node = new ProtobufMessage();
        foreach (string input in inputs) node.Text(1, input);
        node.Text(2, output).Text(4, operation);
        foreach ((string name, long[] values, bool list) in attributes)
        {
            ProtobufMessage attribute = new ProtobufMessage().Text(1, name);
            foreach (long value in values) attribute.Number(list ? 8 : 3, value);
            node.Message(5, attribute.Number(20, list ? IntsAttribute : IntAttribute));
        }

        _graph.Message(1, node);
    }

    private void Constant(string name, int type, long[] shape, ReadOnlySpan<byte> values)
    {
        var tensor = new ProtobufMessage();
        foreach (long extent in shape) tensor.Number(1, extent);
        _graph.Message(5, tensor.Number(2, type).Text(8, name).Bytes(9, values));
    }

    private static ProtobufMessage Value(string name, long[] shape)
    {
        ProtobufMessage axes = new ProtobufMessage().Message(1, new ProtobufMessage().Text(2, "batch"));
        foreach (long extent in shape[1..]) axes.Message(1, new ProtobufMessage().Number(1, extent));
        ProtobufMessage tensor = new ProtobufMessage().Number(1, FloatType).Message(2, axes);
        return new ProtobufMessage().Text(1, name).Message(2, new ProtobufMessage().Message(1, tensor));
    }

    private static ReadOnlySpan<byte> Bytes<T>(T[] values)
        where T : struct => MemoryMarshal.AsBytes(values.AsSpan());
}
