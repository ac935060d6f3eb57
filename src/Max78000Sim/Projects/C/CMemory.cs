// SPDX-License-Identifier: MIT
using System.Buffers.Binary;

namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>The program's own memory: variables from <see cref="Base"/> on, the stack from <see cref="StackBase"/> on.</summary>
internal sealed class CMemory
{
    public const uint Base = 0x20000000;
    public const uint StackBase = 0x30000000;
    public const int StackBytes = 1 << 20;

    /// <summary>Most bytes of all variables.</summary>
    public const int MaximumBytes = 24 << 20;

    private readonly byte[] _stack = new byte[StackBytes];
    private readonly List<(int Start, int End)> _variables;
    private byte[] _data;
    private (int Start, int End) _last;
    private int _used;

    public CMemory()
    {
        _data = new byte[4096];
        _variables = [];
    }

    private CMemory(byte[] data, int used, List<(int, int)> variables)
    {
        _data = data;
        _used = used;
        _variables = variables;
    }

    /// <summary>A copy to run a program in.</summary>
    public CMemory Clone() => new(_data.AsSpan(0, _used).ToArray(), _used, [.. _variables]);

    /// <summary>Takes bytes for a variable. The first address is never handed out.</summary>
    public uint Allocate(long bytes, CPosition at)
    {
        int start = (_used + 8 + 7) & ~7;
        if (bytes < 0 || start + bytes > MaximumBytes)
            throw at.Error($"the variables take more than {MaximumBytes} bytes");
        int end = start + (int)bytes;
        _variables.Add((start, end));
        if (end > _data.Length)
            Array.Resize(ref _data, Math.Min(MaximumBytes, Math.Max(end, 2 * _data.Length)));
        _used = end;
        return Base + (uint)start;
    }

    public static bool Contains(uint address) => address is >= Base and < Base + MaximumBytes or >= StackBase and < StackBase + StackBytes;

    public static bool IsStack(uint address) => address is >= StackBase and < StackBase + StackBytes;

    /// <summary>The bytes from an address on.</summary>
    public Span<byte> Bytes(uint address, long count, CPosition at)
    {
        bool stack = IsStack(address);
        long offset = address - (stack ? StackBase : Base);
        bool fits = stack ? offset + count <= StackBytes : IsInside(offset, offset + count);
        if (!Contains(address) || count < 0 || !fits)
            throw at.Error($"{count} bytes at 0x{address:x8} are no memory of the program or of the accelerator");
        return (stack ? _stack : _data).AsSpan((int)offset, (int)count);
    }

    /// <summary>Whether bytes belong to one variable; a gap follows each.</summary>
    private bool IsInside(long start, long end)
    {
        if (start >= _last.Start && end <= _last.End)
            return true;
        int low = 0, high = _variables.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (_variables[middle].Start <= start)
                low = middle;
            else
                high = middle - 1;
        }

        if (_variables.Count == 0 || start < _variables[low].Start || end > _variables[low].End)
            return false;
        _last = _variables[low];
        return true;
    }

    public long Load(uint address, CType type, CPosition at)
    {
        ReadOnlySpan<byte> bytes = Bytes(address, type.Size, at);
        if (type.Kind == CTypeKind.Floating)
        {
            return type.Size == 4
                ? BitConverter.DoubleToInt64Bits(BinaryPrimitives.ReadSingleLittleEndian(bytes)) : BinaryPrimitives.ReadInt64LittleEndian(bytes);
        }

        return type.Wrap(bytes.Length switch
        {
            1 => bytes[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            8 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
            _ => throw at.Error($"a {type} has no value"),
        });
    }

    public void Store(uint address, CType type, long value, CPosition at)
    {
        Span<byte> bytes = Bytes(address, type.Size, at);
        switch (type.Kind, bytes.Length)
        {
            case (CTypeKind.Floating, 4):
                BinaryPrimitives.WriteSingleLittleEndian(bytes, (float)BitConverter.Int64BitsToDouble(value));
                break;
            case (_, 1):
                bytes[0] = (byte)value;
                break;
            case (_, 2):
                BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
                break;
            case (_, 4):
                BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)value);
                break;
            case (_, 8):
                BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
                break;
            default:
                throw at.Error($"a {type} has no value");
        }
    }
}
