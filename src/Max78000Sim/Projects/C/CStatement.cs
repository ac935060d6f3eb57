// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>How a statement ends.</summary>
internal enum CFlow
{
    Normal,
    Break,
    Continue,
    Return,
}

/// <summary>A statement.</summary>
internal abstract class CStatement(CPosition at)
{
    public CPosition At { get; } = at;

    /// <summary>Nothing but empty statements and calls of the SDK: repeating it changes nothing in the program.</summary>
    public virtual bool IsQuiet => false;

    public abstract CFlow Run(CMachine machine);
}

internal sealed class CEmptyStatement(CPosition at) : CStatement(at)
{
    public override bool IsQuiet => true;

    public override CFlow Run(CMachine machine)
    {
        machine.Step(At);
        return CFlow.Normal;
    }
}

internal sealed class CExpressionStatement(CNode expression) : CStatement(expression.At)
{
    public override bool IsQuiet => expression is CCall { IsSystem: true } || (expression is CCast && expression.Type.Kind == CTypeKind.Void);

    public override CFlow Run(CMachine machine)
    {
        machine.Statement(At);
        expression.Evaluate(machine);
        return CFlow.Normal;
    }
}

/// <summary>Statements in braces, or the declarations of one line.</summary>
internal sealed class CBlock(CPosition at, ImmutableArray<CStatement> statements) : CStatement(at)
{
    public override bool IsQuiet => statements.All(s => s.IsQuiet);

    public override CFlow Run(CMachine machine)
    {
        foreach (CStatement statement in statements)
        {
            CFlow flow = statement.Run(machine);
            if (flow != CFlow.Normal)
                return flow;
        }

        return CFlow.Normal;
    }
}

/// <summary>Gives a local variable its first value.</summary>
internal sealed class CInitialization(CPosition at, CType type, int offset, ImmutableArray<(long Offset, CType Type, CNode Value)> values, bool clear) : CStatement(at)
{
    public override CFlow Run(CMachine machine)
    {
        machine.Statement(At);
        uint address = machine.Frame + (uint)offset;
        if (clear)
            machine.Clear(address, type.Size, At);
        foreach ((long inner, CType target, CNode value) in values)
        {
            var place = new CPlace(address + (uint)inner, target);
            CValue given = value.Evaluate(machine);
            if (target.Kind == CTypeKind.Structure)
                machine.Copy(place, given, value.Type, At);
            else
                machine.Store(place, given.Convert(value.Used, target, At), At);
        }

        return CFlow.Normal;
    }
}

internal sealed class CIf(CPosition at, CNode test, CStatement then, CStatement? otherwise) : CStatement(at)
{
    public override CFlow Run(CMachine machine)
    {
        machine.Statement(At);
        return machine.Holds(test) ? then.Run(machine) : otherwise?.Run(machine) ?? CFlow.Normal;
    }
}

/// <summary>Any loop: <c>for</c>, <c>while</c> and, with the test after the body, <c>do</c>.</summary>
internal sealed class CLoop(CPosition at, CStatement? first, CNode? test, CNode? step, CStatement body, bool testFirst) : CStatement(at)
{
    /// <summary>
    /// Rounds without an access of the accelerator after which its interrupt comes, whatever else the loop does: it may count while it waits. On the device an inference takes
    /// less than so many rounds and more than a few.
    /// </summary>
    private const int RoundsBeforeInterrupt = 4096;

    public override CFlow Run(CMachine machine)
    {
        first?.Run(machine);
        bool endless = (test is null || test is CConstant { Value.Bits: not 0 }) && body.IsQuiet && step is null;
        bool tests = testFirst;
        for (long idle = 0; ;)
        {
            machine.Statement(At);
            long accesses = machine.BusAccesses;
            if (tests && test is not null && !machine.HoldsAgain(test))
                return CFlow.Normal;
            tests = true;
            CFlow flow = body.Run(machine);
            if (flow == CFlow.Return)
                return flow;
            if (flow == CFlow.Break)
                return CFlow.Normal;
            step?.Evaluate(machine);
            idle = accesses == machine.BusAccesses ? idle + 1 : 0;
            if (body.IsQuiet && step is null && idle > 0)
                machine.Idle(At, endless);
            else if (idle >= RoundsBeforeInterrupt)
            {
                machine.Interrupt();
                idle = 0;
            }
        }
    }
}

/// <summary>A <c>switch</c> whose labels stand directly in its block.</summary>
internal sealed class CSwitch(CPosition at, CNode value, ImmutableArray<CStatement> body, ImmutableArray<(long Value, int Index)> cases, int otherwise) : CStatement(at)
{
    public override CFlow Run(CMachine machine)
    {
        machine.Statement(At);
        CValue chosen = value.Evaluate(machine);
        if (chosen.Kind == CValueKind.Opaque)
            throw At.Error("the value of the switch is not known");
        int index = otherwise;
        foreach ((long candidate, int place) in cases)
        {
            if (candidate == chosen.Bits)
            {
                index = place;
                break;
            }
        }

        for (; index >= 0 && index < body.Length; index++)
        {
            CFlow flow = body[index].Run(machine);
            if (flow is CFlow.Return or CFlow.Continue)
                return flow;
            if (flow == CFlow.Break)
                return CFlow.Normal;
        }

        return CFlow.Normal;
    }
}

internal sealed class CJump(CPosition at, CFlow flow) : CStatement(at)
{
    public override CFlow Run(CMachine machine)
    {
        machine.Statement(At);
        return flow;
    }
}

internal sealed class CReturn(CPosition at, CNode? value, CType type) : CStatement(at)
{
    public override CFlow Run(CMachine machine)
    {
        machine.Statement(At);
        machine.Returned = value is null ? default : value.Evaluate(machine).Convert(value.Used, type, At);
        return CFlow.Return;
    }
}

/// <summary>Inline assembler that waits for an interrupt or does nothing.</summary>
internal sealed class CAssembler(CPosition at, bool waits) : CStatement(at)
{
    public override bool IsQuiet => true;

    public override CFlow Run(CMachine machine)
    {
        machine.Statement(At);
        if (waits)
            machine.Idle(At, false);
        return CFlow.Normal;
    }
}
