// SPDX-License-Identifier: MIT
using System.Text;

namespace Ai8x.Reporting.Tests;

/// <summary>One scalar of an event file.</summary>
internal sealed record ReadScalar(double WallTime, long Step, string Tag, float Value);

/// <summary>
/// Reads event files from the public description of the format: its own bit-by-bit checksum, its own framing, its own reading of protocol buffer wires. It shares nothing with
/// the writer.
/// </summary>
internal sealed class EventFileReader
{
    private readonly byte[] _bytes;
    private int _position;

    private EventFileReader(byte[] bytes) => _bytes = bytes;

    public string Version { get; private set; } = "";

    public List<ReadScalar> Scalars { get; } = [];

    public static EventFileReader Read(byte[] bytes)
    {
        var reader = new EventFileReader(bytes);
        while (reader._position < bytes.Length) reader.Record();
        return reader;
    }

    /// <summary>CRC-32C one bit at a time, with the reflected polynomial 0x82F63B78.</summary>
    public static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }

        return crc ^ 0xFFFFFFFF;
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        uint crc = Crc32C(bytes);
        return ((crc >> 15) | (crc << 17)) + 0xA282EAD8;
    }

    private void Record()
    {
        ReadOnlySpan<byte> header = Take(8);
        uint headerCrc = BitConverter.ToUInt32(Take(4));
        if (headerCrc != Masked(header)) throw new InvalidDataException("The checksum of a length is wrong.");
        long length = BitConverter.ToInt64(header);
        if (length < 0 || length > _bytes.Length - _position - 4) throw new InvalidDataException("A record is longer than the file.");
        ReadOnlySpan<byte> body = Take((int)length);
        if (BitConverter.ToUInt32(Take(4)) != Masked(body)) throw new InvalidDataException("The checksum of a record is wrong.");
        Event(body);
    }

    private void Event(ReadOnlySpan<byte> body)
    {
        double wallTime = 0;
        long step = 0;
        var values = new List<(string, float)>();
        int at = 0;
        while (at < body.Length)
        {
            ulong key = Varint(body, ref at);
            switch (key)
            {
                case 1 << 3 | 1: wallTime = BitConverter.ToDouble(body[at..]); at += 8; break;
                case 2 << 3 | 0: step = (long)Varint(body, ref at); break;
                case 3 << 3 | 2: Version = Encoding.UTF8.GetString(Bytes(body, ref at)); break;
                case 5 << 3 | 2: Summary(Bytes(body, ref at), values); break;
                default: throw new InvalidDataException($"Field key {key} is not part of a scalar event.");
            }
        }

        foreach ((string tag, float value) in values) Scalars.Add(new ReadScalar(wallTime, step, tag, value));
    }

    private static void Summary(ReadOnlySpan<byte> body, List<(string, float)> values)
    {
        int at = 0;
        while (at < body.Length)
        {
            if (Varint(body, ref at) != (1 << 3 | 2)) throw new InvalidDataException("A summary holds values only.");
            ReadOnlySpan<byte> value = Bytes(body, ref at);
            string tag = "";
            float number = 0;
            int inside = 0;
            while (inside < value.Length)
            {
                ulong key = Varint(value, ref inside);
                if (key == (1 << 3 | 2)) tag = Encoding.UTF8.GetString(Bytes(value, ref inside));
                else if (key == (2 << 3 | 5)) { number = BitConverter.ToSingle(value[inside..]); inside += 4; }
                else throw new InvalidDataException($"Field key {key} is not part of a scalar.");
            }

            values.Add((tag, number));
        }
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
    }

    private static ReadOnlySpan<byte> Bytes(ReadOnlySpan<byte> bytes, ref int at)
    {
        int length = (int)Varint(bytes, ref at);
        ReadOnlySpan<byte> taken = bytes.Slice(at, length);
        at += length;
        return taken;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - _position) throw new InvalidDataException("The file is cut off.");
        ReadOnlySpan<byte> taken = _bytes.AsSpan(_position, count);
        _position += count;
        return taken;
    }
}
