// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>A function of the project; without a body it is only declared.</summary>
internal sealed class CFunction(string name)
{
    public string Name { get; } = name;

    public CPosition At { get; set; }

    public CType Result { get; set; } = CType.Int;

    public ImmutableArray<(string? Name, CType Type, int Offset)> Parameters { get; set; } = [];

    public bool AnyArguments { get; set; }

    /// <summary>The program calls it or takes its address.</summary>
    public bool IsUsed { get; set; }

    public CStatement? Body { get; set; }

    /// <summary>Bytes of all its variables.</summary>
    public int FrameBytes { get; set; }
}

/// <summary>A variable with a fixed address.</summary>
internal sealed class CGlobal(string name, CType type)
{
    public string Name { get; } = name;

    public CType Type { get; private set; } = type;

    public uint Address { get; private set; }

    public bool IsDefined => Address != 0;

    /// <summary>The program names it in an expression.</summary>
    public bool IsUsed { get; set; }

    public void Define(CType complete, uint address)
    {
        Type = complete;
        Address = address;
    }

    public CGlobal Definition(CPosition at) => IsDefined ? this : throw at.Error($"the variable {Name} is declared but nowhere defined");
}

/// <summary>A call.</summary>
internal sealed class CCall(CPosition at, string name, CFunction? function, ImmutableArray<CNode> arguments)
    : CNode(at, function is null ? SystemCalls.TypeOf(name) : function.Result, arguments.Length == 0 ? 0 : arguments.Max(a => a.Depth))
{
    /// <summary>A function of the SDK or the C library.</summary>
    public bool IsSystem => function is null or { Body: null };

    public override CValue Evaluate(CMachine machine)
    {
        machine.Step(At);
        CFunction? target = function is { Body: not null } ? function : machine.Program.FindFunction(name);
        return target is { Body: not null } ? machine.Call(target, arguments, At) : SystemCalls.Call(machine, name, arguments, At).Convert(SystemCalls.TypeOf(name), Type, At);
    }
}

/// <summary>A call of the function that a pointer points to.</summary>
internal sealed class CPointerCall(CPosition at, CNode pointer, ImmutableArray<CNode> arguments)
    : CNode(at, CType.Int, Math.Max(pointer.Depth, arguments.Length == 0 ? 0 : arguments.Max(a => a.Depth)))
{
    public override CValue Evaluate(CMachine machine)
    {
        machine.Step(At);
        CValue value = pointer.Evaluate(machine);
        CFunction? function = value.Kind == CValueKind.Known ? machine.Program.FunctionAt(value.Bits) : null;
        if (function is null)
            throw At.Error("the pointer points to no function of the project");
        CFunction? target = function is { Body: not null } ? function : machine.Program.FindFunction(function.Name);
        if (target is not { Body: not null })
            return SystemCalls.Call(machine, function.Name, arguments, At);
        CValue result = machine.Call(target, arguments, At);
        return target.Result.Kind == CTypeKind.Void ? CValue.Opaque : result.Convert(target.Result, Type, At);
    }
}

/// <summary>A name that nothing is known about; it is an error where it is used.</summary>
internal sealed class CUnknownName(CPosition at, string name) : CNode(at, CType.Opaque)
{
    public override bool IsPlace => true;

    public override CValue Evaluate(CMachine machine) => throw At.Error($"the name '{name}' is not known");

    public override CPlace Locate(CMachine machine) => throw At.Error($"the place '{name}' is not known");
}
