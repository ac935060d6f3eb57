// SPDX-License-Identifier: MIT
namespace Ai8x.Onnx.Reading;

/// <summary>Where the values of an initializer stand in the file.</summary>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Number of bytes; 0 if the values are not in one block.</param>
internal readonly record struct DataPlace(int Offset, int Length);

/// <summary>
/// A walk over the bytes of a model before anything is built from them. It finds the blocks of initializer values, so that they can
/// be replaced in place, and measures the rest: small messages grow many times when they become objects, so their bytes are limited.
/// </summary>
internal sealed class WireScan
{
    private const int GraphField = 7;
    private const int InitializerField = 5;
    private const int NameField = 8;
    private const int FloatDataField = 4;
    private const int RawDataField = 9;
    private const int MaxNameBytes = 1 << 16;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly string _source;
    private readonly Dictionary<string, DataPlace> _places = new(StringComparer.Ordinal);
    private long _bulk;

    private WireScan(ReadOnlyMemory<byte> bytes, string source)
    {
        _bytes = bytes;
        _source = source;
    }

    /// <summary>Places of the initializer values by name.</summary>
    public IReadOnlyDictionary<string, DataPlace> Places => _places;

    /// <summary>Bytes that are not values of initializers.</summary>
    public long StructureBytes => _bytes.Length - _bulk;

    public static WireScan Of(ReadOnlyMemory<byte> bytes, string source)
    {
        var scan = new WireScan(bytes, source);
        scan.Walk(0, bytes.Length, scan.Model);
        return scan;
    }

    private void Model(int field, int wire, int offset, int length)
    {
        if (field == GraphField && wire == 2) Walk(offset, length, Graph);
    }

    private void Graph(int field, int wire, int offset, int length)
    {
        if (field == InitializerField && wire == 2) Initializer(offset, length);
    }

    private void Initializer(int offset, int length)
    {
        string name = "";
        DataPlace place = default;
        int blocks = 0;
        Walk(offset, length, (field, wire, at, size) =>
        {
            switch (field)
            {
                case NameField when wire == 2:
                    if (size > MaxNameBytes) throw Broken(at, "the name of an initializer is too long");
                    name = System.Text.Encoding.UTF8.GetString(_bytes.Span.Slice(at, size));
                    break;
                case FloatDataField or RawDataField:
                    blocks++;
                    if (wire != 2) break;
                    place = new DataPlace(at, size);
                    _bulk += size;
                    break;
            }
        });
        _places[name] = blocks == 1 ? place : default;
    }

    private void Walk(int offset, int length, Action<int, int, int, int> visit)
    {
        int at = offset;
        int end = offset + length;
        while (at < end)
        {
            ulong tag = Varint(ref at, end);
            int wire = (int)(tag & 7);
            ulong field = tag >> 3;
            if (field is 0 or > 0x1fff_ffff) throw Broken(at, "a field has an impossible number");
            int size = wire switch
            {
                0 => VarintLength(at, end),
                1 => 8,
                2 => BlockLength(ref at, end),
                5 => 4,
                _ => throw Broken(at, $"a field has the wire type {wire}, which the ONNX format does not use"),
            };
            if (size > end - at) throw Broken(at, "a field is longer than what holds it; the file is cut off or damaged");
            visit((int)field, wire, at, size);
            at += size;
        }
    }

    private int BlockLength(ref int at, int end)
    {
        ulong length = Varint(ref at, end);
        return length <= int.MaxValue ? (int)length : throw Broken(at, "a field claims more bytes than a file can have");
    }

    private int VarintLength(int at, int end)
    {
        int start = at;
        Varint(ref at, end);
        return at - start;
    }

    private ulong Varint(ref int at, int end)
    {
        ReadOnlySpan<byte> bytes = _bytes.Span;
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            if (at >= end) throw Broken(at, "a number is cut off; the file is cut off or damaged");
            byte b = bytes[at++];
            if (shift < 64) value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80) return value;
        }

        throw Broken(at, "a number has more than ten bytes");
    }

    private OnnxFormatException Broken(int at, string what) =>
        new(_source, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"this is no valid ONNX file: {what} (byte {at})."));
}
