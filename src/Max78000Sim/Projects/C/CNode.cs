// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>An expression with its C type.</summary>
internal abstract class CNode
{
    /// <summary>Deepest nesting of an expression.</summary>
    public const int MaximumDepth = 150;

    protected CNode(CPosition at, CType type, int inner = 0)
    {
        At = at;
        Type = type;
        Depth = 1 + inner;
        if (Depth > MaximumDepth)
            throw at.Error($"the expression is nested deeper than {MaximumDepth}");
    }

    public CPosition At { get; }

    public CType Type { get; }

    public int Depth { get; }

    /// <summary>The expression names a place.</summary>
    public virtual bool IsPlace => false;

    public abstract CValue Evaluate(CMachine machine);

    public virtual CPlace Locate(CMachine machine) => throw At.Error("the left side is no place to store to");

    /// <summary>The type as it takes part in other expressions.</summary>
    public CType Used => Type.Decayed;
}

/// <summary>A place that can be stored to.</summary>
/// <param name="Address">Address in memory, unless <paramref name="System"/> is there.</param>
/// <param name="Type">Type of the object.</param>
/// <param name="System">Name of a place of the SDK that carries no data of the network.</param>
internal readonly record struct CPlace(uint Address, CType Type, string? System = null);

/// <summary>A number.</summary>
internal sealed class CConstant(CPosition at, CType type, CValue value) : CNode(at, type)
{
    public CValue Value => value;

    public override CValue Evaluate(CMachine machine) => value;
}

/// <summary>A function's name.</summary>
internal sealed class CFunctionName(CPosition at, CFunction function) : CNode(at, CType.Function.Pointer())
{
    public CFunction Function => function;

    public override CValue Evaluate(CMachine machine) => new(machine.Program.AddressOf(function));
}

/// <summary>A variable outside functions, or a static one.</summary>
internal sealed class CGlobalName(CPosition at, CGlobal variable) : CNode(at, variable.Type)
{
    public override bool IsPlace => true;

    public override CValue Evaluate(CMachine machine) => machine.Load(Locate(machine), At);

    public override CPlace Locate(CMachine machine) => new(variable.Definition(At).Address, variable.Definition(At).Type);
}

/// <summary>A variable of a function.</summary>
internal sealed class CLocalName(CPosition at, CType type, int offset) : CNode(at, type)
{
    public override bool IsPlace => true;

    public override CValue Evaluate(CMachine machine) => machine.Load(Locate(machine), At);

    public override CPlace Locate(CMachine machine) => new(machine.Frame + (uint)offset, Type);
}

/// <summary>An object of the SDK, or a member of one.</summary>
internal sealed class CSystemName(CPosition at, string name) : CNode(at, CType.Opaque)
{
    public override bool IsPlace => true;

    public string Name => name;

    public override CValue Evaluate(CMachine machine)
    {
        machine.Step(At);
        return machine.LoadSystem(name);
    }

    public override CPlace Locate(CMachine machine) => new(0, CType.Opaque, name);
}

/// <summary>What a pointer points to.</summary>
internal sealed class CTarget(CPosition at, CNode pointer) : CNode(at, TargetOf(pointer, at), pointer.Depth)
{
    public override bool IsPlace => true;

    public override CValue Evaluate(CMachine machine) => machine.Load(Locate(machine), At);

    public override CPlace Locate(CMachine machine)
    {
        machine.Step(At);
        if (Type.Kind == CTypeKind.Opaque)
            return new CPlace(0, Type, "*");
        CValue address = pointer.Evaluate(machine);
        if (address.Kind == CValueKind.Opaque)
            throw At.Error("the pointer has no known value");
        return new CPlace((uint)address.Bits, Type);
    }

    private static CType TargetOf(CNode pointer, CPosition at) => pointer.Used switch
    {
        { Kind: CTypeKind.Pointer } type => type.Target!,
        { Kind: CTypeKind.Opaque } => CType.Opaque,
        _ => throw at.Error("only pointers and arrays point to something"),
    };
}

/// <summary>A member of a structure.</summary>
internal sealed class CMember(CPosition at, CNode owner, CField field) : CNode(at, field.Type, owner.Depth)
{
    public override bool IsPlace => true;

    public override CValue Evaluate(CMachine machine) => machine.Load(Locate(machine), At);

    public override CPlace Locate(CMachine machine) => new(owner.Locate(machine).Address + (uint)field.Offset, Type);
}

/// <summary>The address of a place.</summary>
internal sealed class CAddressOf(CPosition at, CNode place) : CNode(at, place.Type.Kind == CTypeKind.Opaque ? CType.Opaque : place.Type.Pointer(), place.Depth)
{
    public override CValue Evaluate(CMachine machine) => Type.Kind == CTypeKind.Opaque ? CValue.Opaque : new CValue(place.Locate(machine).Address);
}

/// <summary>A conversion.</summary>
internal sealed class CCast(CPosition at, CType type, CNode operand) : CNode(at, type, operand.Depth)
{
    public override CValue Evaluate(CMachine machine) => operand.Evaluate(machine).Convert(operand.Used, Type, At);
}

/// <summary>One of the operators + - ~ ! before an operand.</summary>
internal sealed class CPrefix(CPosition at, char symbol, CType type, CNode operand) : CNode(at, type, operand.Depth)
{
    public override CValue Evaluate(CMachine machine)
    {
        machine.Step(At);
        CValue value = operand.Evaluate(machine);
        if (value.Kind == CValueKind.Opaque)
            return value;
        if (symbol == '!')
        {
            return value.Kind switch
            {
                CValueKind.Test => value with { WantsEqual = !value.WantsEqual, Bits = value.Bits == 0 ? 1 : 0 },
                CValueKind.Device => value with { Kind = CValueKind.Test, Expected = 0, WantsEqual = true, Bits = value.Bits == 0 ? 1 : 0 },
                _ => CValue.Of(operand.Used.Kind == CTypeKind.Floating ? value.Double == 0 : value.Bits == 0),
            };
        }

        if (operand.Used.Kind == CTypeKind.Floating)
            return symbol == '-' ? CValue.Of(-value.Double) : symbol == '+' ? value : throw At.Error("fractions have no bits");
        long bits = value.Convert(operand.Used, Type, At).Bits;
        return new CValue(Type.Wrap(symbol switch { '-' => unchecked(-bits), '~' => ~bits, _ => bits }));
    }
}

/// <summary>Steps of one before or after the value is used.</summary>
internal sealed class CStep(CPosition at, CNode place, int step, bool after) : CNode(at, place.Type, place.Depth)
{
    public override CValue Evaluate(CMachine machine)
    {
        CPlace target = place.Locate(machine);
        CValue old = machine.Load(target, At);
        if (old.Kind == CValueKind.Opaque)
            throw At.Error("the value is not known");
        CValue next = Type.Kind switch
        {
            CTypeKind.Pointer => new CValue(Type.Wrap(old.Bits + step * Type.Target!.Size)),
            CTypeKind.Integer => new CValue(Type.Wrap(unchecked(old.Bits + step))),
            CTypeKind.Floating => CValue.Of(old.Double + step),
            _ => throw At.Error($"a {Type} has no next value"),
        };
        machine.Store(target, next, At);
        return after ? old.Plain : next;
    }
}

/// <summary>The choice between two expressions.</summary>
internal sealed class CConditional(CPosition at, CType type, CNode test, CNode first, CNode second) : CNode(at, type, Math.Max(test.Depth, Math.Max(first.Depth, second.Depth)))
{
    public override CValue Evaluate(CMachine machine)
    {
        CNode chosen = machine.Holds(test) ? first : second;
        return chosen.Evaluate(machine).Convert(chosen.Used, Type, At);
    }
}

/// <summary>The operators that decide early.</summary>
internal sealed class CLogical(CPosition at, bool and, CNode left, CNode right) : CNode(at, CType.Int, Math.Max(left.Depth, right.Depth))
{
    public override CValue Evaluate(CMachine machine)
    {
        bool first = machine.Holds(left);
        return CValue.Of(and ? first && machine.Holds(right) : first || machine.Holds(right));
    }
}

/// <summary>Two expressions, of which the second one counts.</summary>
internal sealed class CComma(CPosition at, CNode first, CNode second) : CNode(at, second.Used, Math.Max(first.Depth, second.Depth))
{
    public override CValue Evaluate(CMachine machine)
    {
        first.Evaluate(machine);
        return second.Evaluate(machine);
    }
}
