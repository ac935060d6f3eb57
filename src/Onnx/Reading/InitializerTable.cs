// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Globalization;
using Ai8x.Onnx.Schema;

namespace Ai8x.Onnx.Reading;

/// <summary>A float initializer.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Lengths of its axes; empty for a single number.</param>
/// <param name="Values">Its finite values, last index fastest.</param>
internal sealed record FloatTensor(string Name, int[] Shape, float[] Values);

/// <summary>The constants of a model by name, converted when asked for; shapes are checked against the bytes that are there.</summary>
internal sealed class InitializerTable
{
    private const int Float32 = 1;
    private const int Int32 = 6;
    private const int Int64 = 7;
    private const int Bool = 9;
    private const int MaxRank = 8;

    /// <summary>Shapes and axes have a few entries; a longer list is no shape.</summary>
    private const int MaxIntegers = 64;

    private readonly Dictionary<string, TensorProto> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FloatTensor> _floats = new(StringComparer.Ordinal);

    public InitializerTable(GraphProto graph, string source)
    {
        foreach (TensorProto tensor in graph.Initializer)
        {
            if (tensor.Name.Length == 0) throw new OnnxFormatException(source, "an initializer has no name.");
            if (!_tensors.TryAdd(tensor.Name, tensor)) throw new OnnxFormatException(source, $"two initializers are named '{tensor.Name}'.");
        }
    }

    /// <summary>Adds the value of a constant node; its name is new.</summary>
    public void Add(TensorProto constant) => _tensors.Add(constant.Name, constant);

    public bool Contains(string name) => _tensors.ContainsKey(name);

    /// <summary>A float initializer, with the node that needs it for messages.</summary>
    public FloatTensor Floats(string name, NodeView node)
    {
        if (_floats.TryGetValue(name, out FloatTensor? known)) return known;
        TensorProto tensor = Find(name, node);
        if (tensor.DataType != Float32)
        {
            throw node.Error(string.Create(CultureInfo.InvariantCulture, $"the initializer '{name}' has the data type {tensor.DataType}; it must be float32 (1)."));
        }

        int[] shape = ShapeOf(tensor, node);
        int count = CountOf(tensor, shape, node);
        float[] values = tensor.HasRawData
            ? FromRaw(tensor, count, sizeof(float), BinaryPrimitives.ReadSingleLittleEndian, node)
            : FromList(tensor, tensor.FloatData, count, node);
        int bad = Array.FindIndex(values, v => !float.IsFinite(v));
        if (bad >= 0) throw node.Error(string.Create(CultureInfo.InvariantCulture, $"element {bad} of the initializer '{name}' is {values[bad]}; weights must be finite numbers."));
        return _floats[name] = new FloatTensor(name, shape, values);
    }

    /// <summary>A short integer initializer: a shape, axes, or a piece of one.</summary>
    public long[] Integers(string name, NodeView node)
    {
        TensorProto tensor = Find(name, node);
        int[] shape = ShapeOf(tensor, node);
        int count = CountOf(tensor, shape, node);
        if (shape.Length > 1 || count > MaxIntegers) throw node.Error($"the initializer '{name}' is no short list of integers.");
        return tensor.DataType switch
        {
            Int64 when tensor.HasRawData => FromRaw(tensor, count, sizeof(long), BinaryPrimitives.ReadInt64LittleEndian, node),
            Int64 => FromList(tensor, tensor.Int64Data, count, node),
            Int32 when tensor.HasRawData => FromRaw(tensor, count, sizeof(int), bytes => (long)BinaryPrimitives.ReadInt32LittleEndian(bytes), node),
            Int32 => Array.ConvertAll(FromList(tensor, tensor.Int32Data, count, node), v => (long)v),
            Bool when tensor.HasRawData => FromRaw(tensor, count, sizeof(byte), bytes => (long)bytes[0], node),
            Bool => Array.ConvertAll(FromList(tensor, tensor.Int32Data, count, node), v => (long)v),
            _ => throw node.Error(string.Create(CultureInfo.InvariantCulture, $"the initializer '{name}' has the data type {tensor.DataType}; it must be int32 (6) or int64 (7).")),
        };
    }

    private TensorProto Find(string name, NodeView node)
    {
        if (!_tensors.TryGetValue(name, out TensorProto? tensor)) throw node.Error($"the initializer '{name}' is missing.");
        if (tensor.DataLocation != 0) throw node.Error($"the values of '{name}' stand in another file; save the model with its weights inside.");
        return tensor;
    }

    private static int[] ShapeOf(TensorProto tensor, NodeView node)
    {
        if (tensor.Dims.Count > MaxRank) throw node.Error($"the initializer '{tensor.Name}' has more than {MaxRank} axes.");
        foreach (long length in tensor.Dims)
        {
            if (length is < 0 or > int.MaxValue) throw node.Error(string.Create(CultureInfo.InvariantCulture, $"the initializer '{tensor.Name}' has an axis of length {length}."));
        }

        return [.. tensor.Dims.Select(length => (int)length)];
    }

    private static int CountOf(TensorProto tensor, int[] shape, NodeView node)
    {
        long count = 1;
        foreach (int length in shape)
        {
            count *= length;
            if (count > OnnxDocument.MaxFileBytes) throw node.Error($"the initializer '{tensor.Name}' claims more values than a file can hold.");
        }

        return (int)count;
    }

    private static T[] FromRaw<T>(TensorProto tensor, int count, int size, ReadElement<T> read, NodeView node)
    {
        ReadOnlySpan<byte> bytes = tensor.RawData.Span;
        if (bytes.Length % size != 0) throw node.Error(string.Create(CultureInfo.InvariantCulture, $"the initializer '{tensor.Name}' takes {(long)count * size} bytes, but holds {bytes.Length}; the file is damaged."));
        if (bytes.Length != (long)count * size) throw WrongLength(tensor, count, bytes.Length / size, node);
        T[] values = new T[count];
        for (int i = 0; i < count; i++) values[i] = read(bytes.Slice(i * size, size));
        return values;
    }

    private static T[] FromList<T>(TensorProto tensor, IReadOnlyCollection<T> list, int count, NodeView node) =>
        list.Count == count ? [.. list] : throw WrongLength(tensor, count, list.Count, node);

    private static OnnxFormatException WrongLength(TensorProto tensor, int expected, int actual, NodeView node) =>
        node.Error(string.Create(CultureInfo.InvariantCulture,
            $"the initializer '{tensor.Name}' has the shape [{NodeView.Join([.. tensor.Dims])}], {expected} values, but holds {actual}; the file is damaged."));

    private delegate T ReadElement<T>(ReadOnlySpan<byte> bytes);
}
