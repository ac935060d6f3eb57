// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Globalization;
using Ai8x.Onnx.Schema;
using Google.Protobuf;

namespace Ai8x.Onnx.Writing;

/// <summary>Collects nodes and initializers of a graph; every name is used once.</summary>
internal sealed class NodeList(string input, string output)
{
    private const int Float32 = 1;
    private const int Int32 = 6;
    private const int Int64 = 7;

    private readonly List<NodeProto> _nodes = [];
    private readonly List<TensorProto> _initializers = [];
    private readonly HashSet<string> _names = new([input, output], StringComparer.Ordinal);
    private readonly Dictionary<int, string> _scalars = [];

    /// <summary>The tensor that the next node of the chain reads.</summary>
    public string Current { get; set; } = input;

    /// <summary>Adds a node that reads the current tensor and then the given ones, and becomes the current one.</summary>
    public void Chain(string name, string operation, string[] others, params ReadOnlySpan<AttributeProto> attributes) =>
        Current = Side(name, operation, [Current, .. others], attributes);

    /// <summary>Adds a node that reads the given tensors.</summary>
    /// <returns>Its output.</returns>
    public string Side(string name, string operation, string[] inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        string unique = Unique(name);
        var node = new NodeProto { Name = unique, OpType = operation };
        node.Input.AddRange(inputs);
        node.Output.Add(Unique(unique + ":0"));
        foreach (AttributeProto attribute in attributes) node.Attribute.Add(attribute);
        _nodes.Add(node);
        return node.Output[0];
    }

    /// <summary>Adds float values.</summary>
    /// <returns>The initializer's name.</returns>
    public string Floats(string name, ReadOnlySpan<float> values, params ReadOnlySpan<int> shape)
    {
        byte[] raw = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(raw.AsSpan(i * sizeof(float)), values[i]);
        return Add(name, Float32, raw, shape);
    }

    /// <summary>A single float; equal ones are shared.</summary>
    /// <returns>The initializer's name.</returns>
    public string Scalar(string name, float value)
    {
        int bits = BitConverter.SingleToInt32Bits(value);
        return _scalars.TryGetValue(bits, out string? known) ? known : _scalars[bits] = Floats(name, [value]);
    }

    /// <summary>Adds a list of 64-bit integers.</summary>
    /// <returns>The initializer's name.</returns>
    public string Longs(string name, params ReadOnlySpan<long> values)
    {
        byte[] raw = new byte[values.Length * sizeof(long)];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(raw.AsSpan(i * sizeof(long)), values[i]);
        return Add(name, Int64, raw, [values.Length]);
    }

    /// <summary>Adds one 32-bit integer as a list of length 1.</summary>
    /// <returns>The initializer's name.</returns>
    public string Int(string name, int value)
    {
        byte[] raw = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(raw, value);
        return Add(name, Int32, raw, [1]);
    }

    public static AttributeProto Integer(string name, long value) => new() { Name = name, I = value, Type = 2 };

    public static AttributeProto Text(string name, string value) => new() { Name = name, S = ByteString.CopyFromUtf8(value), Type = 3 };

    public static AttributeProto Integers(string name, params ReadOnlySpan<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = 7 };
        foreach (long value in values) attribute.Ints.Add(value);
        return attribute;
    }

    /// <summary>Hands everything over; the last node writes the output of the graph.</summary>
    public void MoveTo(GraphProto graph)
    {
        _nodes[^1].Output[0] = output;
        graph.Node.AddRange(_nodes);
        graph.Initializer.AddRange(_initializers);
    }

    private string Add(string name, int type, byte[] raw, ReadOnlySpan<int> shape)
    {
        var tensor = new TensorProto { Name = Unique(name), DataType = type, RawData = ByteString.CopyFrom(raw) };
        foreach (int length in shape) tensor.Dims.Add(length);
        _initializers.Add(tensor);
        return tensor.Name;
    }

    private string Unique(string wanted)
    {
        string name = wanted;
        for (int number = 2; !_names.Add(name); number++) name = string.Create(CultureInfo.InvariantCulture, $"{wanted}_{number}");
        return name;
    }
}
