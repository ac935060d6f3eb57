// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>Kinds of C types.</summary>
internal enum CTypeKind
{
    Void,
    Integer,
    Floating,
    Pointer,
    Array,
    Structure,
    Function,

    /// <summary>A type of the SDK whose layout the project does not show; its values carry no data of the network.</summary>
    Opaque,
}

/// <summary>A C type on the target: pointers have 32 bits, <c>long</c> too.</summary>
internal sealed class CType
{
    public static readonly CType Void = new(CTypeKind.Void, 0);
    public static readonly CType Bool = new(CTypeKind.Integer, 1) { IsBoolean = true };
    public static readonly CType SignedChar = new(CTypeKind.Integer, 1) { Signed = true };
    public static readonly CType Byte = new(CTypeKind.Integer, 1);
    public static readonly CType Short = new(CTypeKind.Integer, 2) { Signed = true };
    public static readonly CType UnsignedShort = new(CTypeKind.Integer, 2);
    public static readonly CType Int = new(CTypeKind.Integer, 4) { Signed = true };
    public static readonly CType UnsignedInt = new(CTypeKind.Integer, 4);
    public static readonly CType Long = new(CTypeKind.Integer, 8) { Signed = true };
    public static readonly CType UnsignedLong = new(CTypeKind.Integer, 8);
    public static readonly CType Float = new(CTypeKind.Floating, 4) { Signed = true };
    public static readonly CType Double = new(CTypeKind.Floating, 8) { Signed = true };
    public static readonly CType Function = new(CTypeKind.Function, 0);
    public static readonly CType Opaque = new(CTypeKind.Opaque, 4);

    private CType? _pointer;

    private CType(CTypeKind kind, long size)
    {
        Kind = kind;
        Size = size;
    }

    public CTypeKind Kind { get; }

    /// <summary>Bytes; 0 for types without values and for a structure that is only declared.</summary>
    public long Size { get; private set; }

    public bool Signed { get; private init; }

    public bool IsBoolean { get; private init; }

    /// <summary>What a pointer points to, or the elements of an array.</summary>
    public CType? Target { get; private init; }

    public long Length { get; private init; }

    public ImmutableArray<CField> Fields { get; private set; } = [];

    public bool IsInteger => Kind == CTypeKind.Integer;

    public bool IsNumber => Kind is CTypeKind.Integer or CTypeKind.Floating;

    public CType Pointer() => _pointer ??= new CType(CTypeKind.Pointer, 4) { Target = this };

    public CType Array(long length) => new(CTypeKind.Array, checked(Size * length)) { Target = this, Length = length };

    public static CType Structure() => new(CTypeKind.Structure, 0);

    /// <summary>Gives a structure or union its members.</summary>
    public void Complete(IEnumerable<(string Name, CType Type)> members, bool union, bool packed)
    {
        ImmutableArray<CField>.Builder fields = ImmutableArray.CreateBuilder<CField>();
        long offset = 0, size = 0, alignment = 1;
        foreach ((string name, CType type) in members)
        {
            long own = packed ? 1 : type.Alignment;
            alignment = Math.Max(alignment, own);
            offset = union ? 0 : (offset + own - 1) / own * own;
            fields.Add(new CField(name, type, offset));
            offset += type.Size;
            size = Math.Max(size, offset);
        }

        Fields = fields.ToImmutable();
        Size = (size + alignment - 1) / alignment * alignment;
    }

    /// <summary>What a value of this type is when it is used: arrays become pointers.</summary>
    public CType Decayed => Kind == CTypeKind.Array ? Target!.Pointer() : this;

    /// <summary>Cuts a number to the size and sign of an integer or pointer type.</summary>
    public long Wrap(long number) => Kind == CTypeKind.Pointer ? (uint)number : (Size, Signed) switch
    {
        (1, true) => (sbyte)number,
        (1, false) => IsBoolean ? number != 0 ? 1 : 0 : (byte)number,
        (2, true) => (short)number,
        (2, false) => (ushort)number,
        (4, true) => (int)number,
        (4, false) => (uint)number,
        _ => number,
    };

    /// <summary>The type that a small integer takes part in arithmetic with.</summary>
    public CType Promoted => IsInteger && Size < 4 ? Int : this;

    public override string ToString() => Kind switch
    {
        CTypeKind.Integer => $"{(Signed ? string.Empty : "unsigned ")}integer of {8 * Size} bits",
        CTypeKind.Opaque => "type of the SDK",
        _ => Kind.ToString().ToLowerInvariant(),
    };

    private long Alignment => Kind switch
    {
        CTypeKind.Array => Target!.Alignment,
        CTypeKind.Structure => Fields.Select(f => f.Type.Alignment).DefaultIfEmpty(1).Max(),
        _ => Math.Max(1, Math.Min(Size, 8)),
    };
}

/// <summary>A member of a structure.</summary>
internal sealed record CField(string Name, CType Type, long Offset);
