// SPDX-License-Identifier: MIT
using Ai8x.Onnx.Schema;
using Google.Protobuf;

namespace Ai8x.Onnx.Tests.Legalisation;

/// <summary>Puts ONNX models together node by node, the way other exporters write them.</summary>
internal sealed class ModelSketch
{
    private readonly GraphProto _graph = new() { Name = "sketch" };
    private readonly int _opset;
    private int _count;

    public ModelSketch(int opset, params int[] input)
    {
        _opset = opset;
        Shape = input;
        _graph.Input.Add(Value(OnnxExporter.InputName, input));
        Current = OnnxExporter.InputName;
    }

    /// <summary>Shape of the input with a batch of one.</summary>
    public int[] Shape { get; }

    /// <summary>The tensor written last.</summary>
    public string Current { get; set; }

    /// <summary>Nodes so far.</summary>
    public IList<NodeProto> Nodes => _graph.Node;

    /// <summary>A node that reads the current tensor first.</summary>
    public string Then(string operation, string[]? inputs = null, params AttributeProto[] attributes) => Node(operation, [Current, .. inputs ?? []], attributes);

    /// <summary>A node with all its inputs.</summary>
    public string Node(string operation, string[] inputs, params AttributeProto[] attributes)
    {
        string name = $"/{operation.ToLowerInvariant()}{++_count}/{operation}";
        var node = new NodeProto { Name = name, OpType = operation };
        node.Input.AddRange(inputs);
        node.Attribute.AddRange(attributes);
        node.Output.Add(Current = name + "_output");
        _graph.Node.Add(node);
        return Current;
    }

    /// <summary>A float initializer.</summary>
    public string Floats(float[] values, params long[] shape)
    {
        TensorProto tensor = Tensor($"weights{++_count}", 1, shape);
        tensor.RawData = ByteString.CopyFrom([.. values.SelectMany(BitConverter.GetBytes)]);
        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    /// <summary>A list of integers as an initializer.</summary>
    public string Integers(params long[] values)
    {
        TensorProto tensor = IntegerTensor($"shape{++_count}", values);
        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    /// <summary>A single float as a constant node.</summary>
    public string Constant(float value)
    {
        TensorProto tensor = Tensor("", 1, []);
        tensor.RawData = ByteString.CopyFrom(BitConverter.GetBytes(value));
        return ConstantNode(tensor);
    }

    /// <summary>Integers as a constant node; one without brackets where <paramref name="single"/> is set.</summary>
    public string ConstantIntegers(bool single, params long[] values)
    {
        TensorProto tensor = IntegerTensor("", values);
        if (single) tensor.Dims.Clear();
        return ConstantNode(tensor);
    }

    /// <summary>The bytes of the model; its result is the current tensor.</summary>
    public byte[] Finish()
    {
        _graph.Output.Add(new ValueInfoProto { Name = Current, Type = new TypeProto { TensorType = new TensorTypeProto { ElemType = 1 } } });
        var model = new ModelProto { IrVersion = 8, ProducerName = "pytorch", Graph = _graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = _opset });
        return model.ToByteArray();
    }

    public static AttributeProto List(string name, params long[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = 7 };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    public static AttributeProto Number(string name, float value) => new() { Name = name, Type = 1, F = value };

    public static AttributeProto Integer(string name, long value) => new() { Name = name, Type = 2, I = value };

    public static AttributeProto Text(string name, string value) => new() { Name = name, Type = 3, S = ByteString.CopyFromUtf8(value) };

    private string ConstantNode(TensorProto tensor)
    {
        string name = $"/constant{++_count}_output";
        var node = new NodeProto { Name = $"/Constant_{_count}", OpType = "Constant", Output = { name } };
        node.Attribute.Add(new AttributeProto { Name = "value", Type = 4, T = tensor });
        _graph.Node.Add(node);
        return name;
    }

    private static TensorProto IntegerTensor(string name, long[] values)
    {
        TensorProto tensor = Tensor(name, 7, [values.Length]);
        tensor.RawData = ByteString.CopyFrom([.. values.SelectMany(BitConverter.GetBytes)]);
        return tensor;
    }

    private static TensorProto Tensor(string name, int type, long[] shape)
    {
        var tensor = new TensorProto { Name = name, DataType = type };
        tensor.Dims.AddRange(shape);
        return tensor;
    }

    private static ValueInfoProto Value(string name, int[] shape)
    {
        var axes = new TensorShapeProto();
        foreach (int length in shape) axes.Dim.Add(new DimensionProto { DimValue = length });
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TensorTypeProto { ElemType = 1, Shape = axes } } };
    }
}
