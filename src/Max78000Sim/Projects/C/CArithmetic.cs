// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>Operators on values.</summary>
internal static class CArithmetic
{
    /// <summary>A binary operator other than the comma and the two that decide early.</summary>
    public static CValue Binary(string symbol, CValue left, CValue right, CPosition at)
    {
        if (left.Kind == CValueKind.Integer && right.Kind == CValueKind.Integer)
            return Integers(symbol, left, right, at);
        if (left.Kind == CValueKind.DeviceBits || right.Kind == CValueKind.DeviceBits)
            return Device(symbol, left, right, at);
        if (left.Kind == CValueKind.DeviceTest || right.Kind == CValueKind.DeviceTest)
            throw at.Error("comparisons of accelerator words cannot be combined");
        if (left.Kind == CValueKind.Opaque || right.Kind == CValueKind.Opaque)
            return CValue.Opaque;
        if (IsPointer(left) || IsPointer(right))
            return Pointers(symbol, left, right, at);
        throw at.Error($"'{symbol}' has no value to work on");
    }

    /// <summary>Moves a pointer by a number of elements.</summary>
    public static CValue Move(CValue pointer, long elements, CPosition at)
    {
        int bytes = pointer.Type.Target!.Bytes;
        if (bytes == 0)
            throw at.Error("the pointer's target has no known size");
        long moved = pointer.Number + elements * bytes;
        return pointer with { Number = pointer.Kind == CValueKind.BusPointer ? (uint)moved : moved };
    }

    /// <summary>True if the value is a pointer.</summary>
    public static bool IsPointer(CValue value) => value.Kind is CValueKind.BusPointer or CValueKind.ArrayPointer;

    private static CValue Integers(string symbol, CValue left, CValue right, CPosition at)
    {
        bool unsigned = left.Type is { Bytes: 4, Signed: false } || right.Type is { Bytes: 4, Signed: false };
        CType type = unsigned ? CType.UnsignedInt : CType.Int;
        long a = CValue.Wrap(type, left.Number), b = CValue.Wrap(type, right.Number);
        switch (symbol)
        {
            case "/" or "%" when b == 0:
                throw at.Error("division by zero");
            case "<<" or ">>":
                if (right.Number is < 0 or > 31)
                    throw at.Error($"a shift by {right.Number} bits is not defined");
                CType shifted = left.Type is { Bytes: 4, Signed: false } ? CType.UnsignedInt : CType.Int;
                int count = (int)right.Number;
                return CValue.Integer(shifted, symbol == "<<" ? left.Number << count : left.Number >> count);
        }

        return symbol switch
        {
            "+" => CValue.Integer(type, a + b),
            "-" => CValue.Integer(type, a - b),
            "*" => CValue.Integer(type, unchecked(a * b)),
            "/" => CValue.Integer(type, a / b),
            "%" => CValue.Integer(type, a % b),
            "&" => CValue.Integer(type, a & b),
            "|" => CValue.Integer(type, a | b),
            "^" => CValue.Integer(type, a ^ b),
            _ => CValue.Truth(Compare(symbol, a, b, at)),
        };
    }

    private static bool Compare(string symbol, long a, long b, CPosition at) => symbol switch
    {
        "==" => a == b,
        "!=" => a != b,
        "<" => a < b,
        ">" => a > b,
        "<=" => a <= b,
        ">=" => a >= b,
        _ => throw at.Error($"the operator '{symbol}' is not understood here"),
    };

    private static CValue Pointers(string symbol, CValue left, CValue right, CPosition at)
    {
        if (symbol is "+" or "-" && IsPointer(left) && right.Kind == CValueKind.Integer)
            return Move(left, symbol == "+" ? right.Number : -right.Number, at);
        if (symbol == "+" && left.Kind == CValueKind.Integer && IsPointer(right))
            return Move(right, left.Number, at);
        if (symbol is not ("==" or "!="))
            throw at.Error($"'{symbol}' on pointers is not understood");
        bool equal;
        if (IsPointer(left) && IsPointer(right))
            equal = left.Array == right.Array && left.Number == right.Number;
        else
            equal = (left.Kind == CValueKind.ArrayPointer || right.Kind == CValueKind.ArrayPointer ? -1 : left.Number) == right.Number;
        return CValue.Truth(equal == (symbol == "=="));
    }

    private static CValue Device(string symbol, CValue left, CValue right, CPosition at)
    {
        if (symbol is "&" or "==" or "!=" && left.Kind == CValueKind.Integer)
            (left, right) = (right, left);
        if (left.Kind == CValueKind.DeviceBits && right.Kind == CValueKind.Integer)
        {
            switch (symbol)
            {
                case "&":
                    return left with { Mask = left.Mask & (uint)right.Number };
                case ">>" when right.Number is >= 0 and < 32 && left.Shift + right.Number < 32:
                    return left with { Shift = left.Shift + (int)right.Number, Mask = left.Mask >> (int)right.Number };
                case "==" or "!=":
                    return left with { Kind = CValueKind.DeviceTest, Expected = (uint)right.Number, WantsEqual = symbol == "==" };
            }
        }

        throw at.Error($"'{symbol}' on a word of the accelerator is not understood; words may be masked, shifted right, compared with constants and stored into the result");
    }
}
