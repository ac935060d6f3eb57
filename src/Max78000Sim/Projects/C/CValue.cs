// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>What an expression can be worth.</summary>
internal enum CValueKind
{
    /// <summary>Nothing.</summary>
    Void,

    /// <summary>A known integer.</summary>
    Integer,

    /// <summary>An address on the accelerator's bus.</summary>
    BusPointer,

    /// <summary>A place in one of the program's arrays.</summary>
    ArrayPointer,

    /// <summary>Bits of a word that the accelerator will deliver; not known while the program is read.</summary>
    DeviceBits,

    /// <summary>A comparison of such bits.</summary>
    DeviceTest,

    /// <summary>A value of the SDK that carries no data of the network.</summary>
    Opaque,
}

/// <summary>A value, see <see cref="CValueKind"/>.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Type">Its C type.</param>
/// <param name="Number">Integer, bus address, byte offset in an array, or address of device bits.</param>
/// <param name="Array">The array of an array pointer.</param>
/// <param name="Shift">Device bits: right shift of the word.</param>
/// <param name="Mask">Device bits: mask after the shift.</param>
/// <param name="Expected">Device test: the value compared with.</param>
/// <param name="WantsEqual">Device test: true for ==, false for !=.</param>
internal readonly record struct CValue(
    CValueKind Kind, CType Type, long Number = 0, CArray? Array = null, int Shift = 0, uint Mask = 0, uint Expected = 0, bool WantsEqual = false)
{
    public static CValue Void => new(CValueKind.Void, CType.Void);

    public static CValue Opaque => new(CValueKind.Opaque, CType.Opaque);

    public static CValue Integer(CType type, long number) => new(CValueKind.Integer, type, Wrap(type, number));

    public static CValue Truth(bool value) => new(CValueKind.Integer, CType.Int, value ? 1 : 0);

    /// <summary>A test of device bits that is the opposite of this one.</summary>
    public CValue Opposite() => this with { WantsEqual = !WantsEqual };

    /// <summary>Cuts a number to the size and sign of a type.</summary>
    public static long Wrap(CType type, long number) => (type.Bytes, type.Signed) switch
    {
        (1, true) => (sbyte)number,
        (1, false) => (byte)number,
        (2, true) => (short)number,
        (2, false) => (ushort)number,
        (_, true) => (int)number,
        _ => (uint)number,
    };
}

/// <summary>An array of the program, or the caller's buffer for results.</summary>
internal sealed class CArray
{
    /// <summary>Most elements of an array.</summary>
    public const int MaximumElements = 1 << 20;

    private readonly List<uint>? _sources;
    private readonly long[] _values;

    public CArray(string name, CType element, long[] values)
    {
        Name = name;
        Element = element;
        _values = values;
    }

    /// <summary>Makes the buffer for results, which remembers where its bytes come from.</summary>
    public CArray(string name)
    {
        Name = name;
        Element = CType.UnsignedInt;
        _values = [];
        _sources = [];
    }

    public string Name { get; }

    public CType Element { get; }

    /// <summary>The buffer for results.</summary>
    public bool IsResult => _sources is not null;

    public IReadOnlyList<long> Values => _values;

    /// <summary>For each byte of the result the byte address it comes from, or 0.</summary>
    public IReadOnlyList<uint> Sources => _sources ?? [];

    public long Load(long offset, CType type, CPosition at) => _values[Index(offset, type, at)];

    public void Store(long offset, CType type, long value, CPosition at) => _values[Index(offset, type, at)] = CValue.Wrap(Element, value);

    /// <summary>Stores device bits into the result.</summary>
    public void StoreResult(long offset, CType type, CValue bits, CPosition at)
    {
        if (_sources is null)
            throw at.Error($"{Name} is not the buffer for results; words of the accelerator are kept nowhere else");
        if (offset < 0 || offset + type.Bytes > UnloadMap.MaximumBytes || offset % type.Bytes != 0)
            throw at.Error($"byte {offset} is outside the result, which has at most {UnloadMap.MaximumBytes} bytes");
        while (_sources.Count < offset + type.Bytes)
            _sources.Add(0);
        for (int i = 0; i < type.Bytes; i++)
        {
            int bit = bits.Shift + 8 * i;
            if (bit % 8 != 0 || bit > 24 || (bits.Mask >> (8 * i) & 0xff) != 0xff)
                throw at.Error("a result takes whole bytes of a word as they are");
            _sources[(int)offset + i] = (uint)bits.Number + (uint)bit / 8;
        }
    }

    private int Index(long offset, CType type, CPosition at)
    {
        if (IsResult)
            throw at.Error("the buffer for results only takes words of the accelerator");
        if (type.Bytes != Element.Bytes || offset % Element.Bytes != 0)
            throw at.Error($"{Name} has elements of {Element.Bytes} bytes");
        long index = offset / Element.Bytes;
        return index >= 0 && index < _values.Length ? (int)index : throw at.Error($"{Name} has {_values.Length} elements; number {index} is used");
    }
}

/// <summary>A variable: a value, or an array.</summary>
internal sealed class CVariable(CType type, CValue value, CArray? array = null)
{
    public CType Type { get; } = type;

    public CValue Value { get; set; } = value;

    public CArray? Array { get; } = array;
}
