// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>Something that can be loaded and stored: a variable, an array element, a word of the accelerator, or a system register.</summary>
internal sealed class CPlace
{
    private readonly CVariable? _variable;

    private CPlace(CVariable? variable, CValue pointer)
    {
        _variable = variable;
        Pointer = pointer;
    }

    /// <summary>A register or structure of the SDK: takes anything and gives nothing that matters.</summary>
    public static CPlace System { get; } = new(null, CValue.Opaque);

    /// <summary>The pointer behind the place, if it is none of the others.</summary>
    public CValue Pointer { get; }

    /// <summary>A word of the accelerator.</summary>
    public bool IsBus => _variable is null && Pointer.Kind == CValueKind.BusPointer;

    public static CPlace Of(CVariable variable) => new(variable, CValue.Void);

    /// <summary>The place that a pointer points to.</summary>
    public static CPlace At(CValue pointer, CPosition at) => CArithmetic.IsPointer(pointer)
        ? pointer.Type.Target!.Kind == CTypeKind.Integer ? new CPlace(null, pointer) : throw at.Error("the pointer does not point to integers")
        : throw at.Error("the value is not a pointer");

    public CValue Load(CPosition at)
    {
        if (_variable is not null)
        {
            return _variable.Array is null
                ? _variable.Value
                : new CValue(CValueKind.ArrayPointer, _variable.Array.Element.Pointer(), 0, _variable.Array);
        }

        if (Pointer.Kind == CValueKind.Opaque)
            return Pointer;
        CType type = Pointer.Type.Target!;
        if (Pointer.Kind == CValueKind.ArrayPointer)
            return new CValue(CValueKind.Integer, type, Pointer.Array!.Load(Pointer.Number, type, at));
        if (type.Bytes != 4)
            throw at.Error("words of the accelerator are loaded with 32 bits");
        return new CValue(CValueKind.DeviceBits, CType.UnsignedInt, Pointer.Number, Mask: uint.MaxValue);
    }

    public void Store(CValue value, BusRecorder recorder, CPosition at)
    {
        if (_variable is not null)
        {
            if (_variable.Array is not null)
                throw at.Error("an array cannot be assigned");
            _variable.Value = Convert(value, _variable.Type, at);
        }
        else if (Pointer.Kind == CValueKind.BusPointer)
        {
            recorder.Write(Pointer, value, at);
        }
        else if (Pointer.Kind == CValueKind.ArrayPointer)
        {
            CType type = Pointer.Type.Target!;
            if (value.Kind == CValueKind.DeviceBits)
                Pointer.Array!.StoreResult(Pointer.Number, type, value, at);
            else if (value.Kind == CValueKind.Integer)
                Pointer.Array!.Store(Pointer.Number, type, value.Number, at);
            else
                throw at.Error("the value cannot be stored in an array");
        }
    }

    /// <summary>The address of an array element or of a structure of the SDK.</summary>
    public CValue Address(CPosition at)
    {
        if (_variable is { Array: null } && _variable.Value.Kind == CValueKind.Opaque)
            return CValue.Opaque;
        if (_variable is not null)
            return _variable.Array is null ? throw at.Error("addresses of variables are not understood") : Load(at);
        return Pointer;
    }

    /// <summary>What assigning a value to a variable of a type makes of it.</summary>
    public static CValue Convert(CValue value, CType type, CPosition at)
    {
        if (value.Kind == CValueKind.Opaque || type.Kind == CTypeKind.Opaque)
            return CValue.Opaque;
        if (type.Kind == CTypeKind.Pointer && value is { Kind: CValueKind.Integer, Number: not 0 })
            throw at.Error("a number becomes a pointer only by a cast");
        if (type.Kind == CTypeKind.Integer && CArithmetic.IsPointer(value))
            throw at.Error("a pointer becomes a number only by a cast");
        return Cast(value, type, at);
    }

    /// <summary>A cast.</summary>
    public static CValue Cast(CValue value, CType type, CPosition at)
    {
        switch (type.Kind)
        {
            case CTypeKind.Void:
                return CValue.Void;
            case CTypeKind.Opaque:
                return CValue.Opaque;
        }

        if (value.Kind == CValueKind.Opaque)
            return value;
        if (type.Kind == CTypeKind.Pointer)
        {
            return value.Kind switch
            {
                CValueKind.Integer => new CValue(CValueKind.BusPointer, type, (uint)value.Number),
                CValueKind.BusPointer or CValueKind.ArrayPointer => value with { Type = type },
                _ => throw at.Error("the value is not an address"),
            };
        }

        return value.Kind switch
        {
            CValueKind.Integer => CValue.Integer(type, value.Number),
            CValueKind.BusPointer when type.Bytes == 4 => CValue.Integer(type, value.Number),
            CValueKind.DeviceBits when type.Bytes == 4 => value,
            CValueKind.DeviceBits => value with { Mask = value.Mask & (type.Bytes == 1 ? 0xffu : 0xffffu) },
            _ => throw at.Error("the value is not a number"),
        };
    }
}
