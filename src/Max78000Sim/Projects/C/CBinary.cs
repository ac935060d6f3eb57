// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>A binary operator that evaluates both sides.</summary>
internal sealed class CBinary : CNode
{
    private readonly string _symbol;
    private readonly CNode _left;
    private readonly CNode _right;

    public CBinary(CPosition at, string symbol, CNode left, CNode right)
        : base(at, ResultType(at, symbol, left.Used, right.Used), Math.Max(left.Depth, right.Depth))
    {
        _symbol = symbol;
        _left = left;
        _right = right;
    }

    public override CValue Evaluate(CMachine machine)
    {
        machine.Step(At);
        CValue left = _left.Evaluate(machine);
        CValue right = _right.Evaluate(machine);
        return Apply(machine, At, _symbol, left, _left.Used, right, _right.Used);
    }

    /// <summary>Applies an operator; also used by assignments that have one.</summary>
    public static CValue Apply(CMachine machine, CPosition at, string symbol, CValue left, CType leftType, CValue right, CType rightType)
    {
        if (left.Kind == CValueKind.Opaque || right.Kind == CValueKind.Opaque || leftType.Kind == CTypeKind.Opaque || rightType.Kind == CTypeKind.Opaque)
            return CValue.Opaque;
        if (left.IsDevice || right.IsDevice)
        {
            if (Device(symbol, left, right) is CValue known)
                return known;
            (left, right) = (left.Plain, right.Plain);
        }

        if (leftType.Kind == CTypeKind.Pointer || rightType.Kind == CTypeKind.Pointer)
            return Pointers(at, symbol, left, leftType, right, rightType);
        if (leftType.Kind == CTypeKind.Floating || rightType.Kind == CTypeKind.Floating)
            return Fractions(at, symbol, left.Convert(leftType, CType.Double, at).Double, right.Convert(rightType, CType.Double, at).Double, IsSingle(leftType, rightType));
        return Integers(at, symbol, left, leftType, right, rightType);
    }

    /// <summary>The type of the result.</summary>
    public static CType ResultType(CPosition at, string symbol, CType left, CType right)
    {
        if (left.Kind == CTypeKind.Opaque || right.Kind == CTypeKind.Opaque)
            return CType.Opaque;
        if (left.Kind is not (CTypeKind.Integer or CTypeKind.Floating or CTypeKind.Pointer) || right.Kind is not (CTypeKind.Integer or CTypeKind.Floating or CTypeKind.Pointer))
            throw at.Error($"'{symbol}' does not work on a {left} and a {right}");
        if (symbol is "==" or "!=" or "<" or ">" or "<=" or ">=")
            return CType.Int;
        if (left.Kind == CTypeKind.Pointer || right.Kind == CTypeKind.Pointer)
        {
            return (symbol, left.Kind, right.Kind) switch
            {
                ("+" or "-", CTypeKind.Pointer, CTypeKind.Integer) => left,
                ("+", CTypeKind.Integer, CTypeKind.Pointer) => right,
                ("-", CTypeKind.Pointer, CTypeKind.Pointer) => CType.Int,
                _ => throw at.Error($"'{symbol}' on pointers is not understood"),
            };
        }

        if (symbol is "<<" or ">>")
            return left.IsInteger && right.IsInteger ? left.Promoted : throw at.Error("fractions are not shifted");
        if (left.Kind == CTypeKind.Floating || right.Kind == CTypeKind.Floating)
            return symbol is "+" or "-" or "*" or "/" ? IsSingle(left, right) ? CType.Float : CType.Double : throw at.Error($"'{symbol}' does not work on fractions");
        return Common(left, right);
    }

    private static bool IsSingle(CType left, CType right) =>
        (left.Kind != CTypeKind.Floating || left.Size == 4) && (right.Kind != CTypeKind.Floating || right.Size == 4);

    /// <summary>The type in which two integers meet.</summary>
    public static CType Common(CType left, CType right)
    {
        (left, right) = (left.Promoted, right.Promoted);
        bool wide = left.Size == 8 || right.Size == 8;
        bool unsigned = (!left.Signed && left.Size == (wide ? 8 : 4)) || (!right.Signed && right.Size == (wide ? 8 : 4));
        return wide ? unsigned ? CType.UnsignedLong : CType.Long : unsigned ? CType.UnsignedInt : CType.Int;
    }

    private static CValue Integers(CPosition at, string symbol, CValue left, CType leftType, CValue right, CType rightType)
    {
        if (symbol is "<<" or ">>")
        {
            CType type = leftType.Promoted;
            if (right.Bits < 0 || right.Bits >= 8 * type.Size)
                throw at.Error($"a shift by {right.Bits} bits is not defined");
            int count = (int)right.Bits;
            long value = type.Wrap(left.Bits);
            return new CValue(type.Wrap(symbol == "<<" ? value << count : type is { Size: 8, Signed: false } ? (long)((ulong)value >> count) : value >> count));
        }

        CType common = Common(leftType, rightType);
        long a = common.Wrap(left.Bits), b = common.Wrap(right.Bits);
        bool big = common is { Size: 8, Signed: false };
        if (symbol is "/" or "%")
        {
            if (b == 0)
                throw at.Error("division by zero");
            if (big)
                return new CValue(symbol == "/" ? (long)((ulong)a / (ulong)b) : (long)((ulong)a % (ulong)b));
            if (b == -1)
                return new CValue(symbol == "/" ? common.Wrap(unchecked(-a)) : 0);
            return new CValue(common.Wrap(symbol == "/" ? a / b : a % b));
        }

        return unchecked(symbol switch
        {
            "+" => new CValue(common.Wrap(a + b)),
            "-" => new CValue(common.Wrap(a - b)),
            "*" => new CValue(common.Wrap(a * b)),
            "&" => new CValue(a & b),
            "|" => new CValue(a | b),
            "^" => new CValue(a ^ b),
            _ => CValue.Of(big ? Compare(at, symbol, ((ulong)a).CompareTo((ulong)b)) : Compare(at, symbol, a.CompareTo(b))),
        });
    }

    private static CValue Fractions(CPosition at, string symbol, double left, double right, bool single)
    {
        double? result = symbol switch { "+" => left + right, "-" => left - right, "*" => left * right, "/" => left / right, _ => null };
        if (result is double number)
            return CValue.Of(single ? (double)(float)number : number);
        return double.IsNaN(left) || double.IsNaN(right) ? CValue.Of(symbol == "!=") : CValue.Of(Compare(at, symbol, left.CompareTo(right)));
    }

    private static CValue Pointers(CPosition at, string symbol, CValue left, CType leftType, CValue right, CType rightType)
    {
        if (symbol is not ("+" or "-"))
            return CValue.Of(Compare(at, symbol, ((uint)left.Bits).CompareTo((uint)right.Bits)));
        CType pointer = leftType.Kind == CTypeKind.Pointer ? leftType : rightType;
        long size = pointer.Target!.Size;
        if (size == 0)
            size = pointer.Target.Kind == CTypeKind.Void ? 1 : throw at.Error("the pointer's target has no known size");
        if (leftType.Kind != CTypeKind.Pointer)
            return new CValue((uint)(right.Bits + left.Bits * size));
        if (rightType.Kind == CTypeKind.Pointer)
            return new CValue(((int)(uint)left.Bits - (int)(uint)right.Bits) / size);
        return new CValue((uint)(symbol == "+" ? left.Bits + unchecked(right.Bits * size) : left.Bits - unchecked(right.Bits * size)));
    }

    private static bool Compare(CPosition at, string symbol, int order) => symbol switch
    {
        "==" => order == 0,
        "!=" => order != 0,
        "<" => order < 0,
        ">" => order > 0,
        "<=" => order <= 0,
        ">=" => order >= 0,
        _ => throw at.Error($"the operator '{symbol}' is not understood here"),
    };

    /// <summary>Masks, right shifts and comparisons of device bits stay traceable; everything else works on the number alone.</summary>
    private static CValue? Device(string symbol, CValue left, CValue right)
    {
        if (right.Kind == CValueKind.Device && symbol is "&" or "==" or "!=" && left.Kind == CValueKind.Known)
            (left, right) = (right, left);
        if (left.Kind == CValueKind.Test && right.Kind == CValueKind.Known && symbol is "==" or "!=" && right.Bits is 0 or 1)
        {
            bool keep = right.Bits == 1 == (symbol == "==");
            return keep ? left : left with { WantsEqual = !left.WantsEqual, Bits = 1 - left.Bits };
        }

        if (left.Kind != CValueKind.Device || right.Kind != CValueKind.Known)
            return null;
        uint number = (uint)right.Bits;
        return symbol switch
        {
            "&" => left with { Mask = left.Mask & number, Bits = left.Bits & number },
            ">>" when right.Bits is >= 0 and < 32 && left.Shift + right.Bits < 32 =>
                left with { Shift = left.Shift + (int)number, Mask = left.Mask >> (int)number, Bits = (long)((uint)left.Bits >> (int)number) },
            "==" or "!=" => left with { Kind = CValueKind.Test, Expected = number, WantsEqual = symbol == "==", Bits = (uint)left.Bits == number == (symbol == "==") ? 1 : 0 },
            _ => null,
        };
    }
}

/// <summary>An assignment, with or without an operator.</summary>
internal sealed class CAssignment(CPosition at, CNode target, string symbol, CNode value) : CNode(at, target.Type, Math.Max(target.Depth, value.Depth))
{
    public override CValue Evaluate(CMachine machine)
    {
        machine.Step(At);
        CPlace place = target.Locate(machine);
        CValue right = value.Evaluate(machine);
        if (symbol.Length == 0)
        {
            if (Type.Kind == CTypeKind.Structure)
            {
                machine.Copy(place, right, value.Type, At);
                return right;
            }

            CValue stored = right.Convert(value.Used, place.Type, At);
            machine.Store(place, stored, At);
            return stored;
        }

        if (CMachine.IsDevice(place) && symbol is "|" or "&" && right.Kind == CValueKind.Known && place.Type is { IsInteger: true, Size: 4 })
            return machine.Modify(place, symbol, (uint)right.Bits, At);
        CValue old = machine.Load(place, At).Plain;
        CType result = ResultType(symbol);
        CValue changed = CBinary.Apply(machine, At, symbol, old, place.Type, right.Plain, value.Used).Convert(result, place.Type, At);
        machine.Store(place, changed, At);
        return changed;
    }

    private CType ResultType(string operation) => CBinary.ResultType(At, operation, target.Used, value.Used);
}
