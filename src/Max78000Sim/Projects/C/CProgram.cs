// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>The functions and variables of a project's source files, and how much work reading them may take.</summary>
internal sealed class CProgram
{
    /// <summary>Evaluated expressions and statements until a program is refused as endless. The largest network takes a few million.</summary>
    private const int MaximumSteps = 16 << 20;

    /// <summary>Most bus accesses.</summary>
    private const int MaximumOperations = 8 << 20;

    private int _steps;
    private int _operations;

    public Dictionary<string, CFunction> Functions { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, CVariable> Globals { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds what a source file defines.</summary>
    public void Add(CUnit unit)
    {
        foreach (CFunction function in unit.Functions)
        {
            if (!Functions.TryAdd(function.Name, function))
                throw function.At.Error($"the function {function.Name} is defined twice");
        }

        var evaluator = new CEvaluator(this, new BusRecorder(this));
        foreach (CDeclaration declaration in unit.Variables.Where(d => !d.IsExternal))
        {
            if (!Globals.TryAdd(declaration.Name, evaluator.Define(declaration)))
                throw declaration.At.Error($"the variable {declaration.Name} is defined twice");
        }
    }

    /// <summary>Runs a function and gives back its bus accesses.</summary>
    public ProgramFunction Record(string name) => Run(name, []);

    /// <summary>Runs the unload function and gives back where the result comes from.</summary>
    public UnloadMap RecordUnload(string name)
    {
        var result = new CArray("the result");
        ProgramFunction function = Run(name, [new CValue(CValueKind.ArrayPointer, CType.UnsignedInt.Pointer(), 0, result)]);
        if (function.Operations.Length > 0)
            throw Functions[name].At.Error($"{name} writes to the accelerator, which is not understood (byte-swapping unload)");
        return new UnloadMap([.. result.Sources]);
    }

    /// <summary>Counts one step of work.</summary>
    public void Step(CPosition at)
    {
        if (++_steps > MaximumSteps)
            throw at.Error("the program does not come to an end");
    }

    /// <summary>Counts bus accesses.</summary>
    public void CountOperation(CPosition at)
    {
        if (++_operations > MaximumOperations)
            throw at.Error($"the program makes more than {MaximumOperations} bus accesses");
    }

    private ProgramFunction Run(string name, ImmutableArray<CValue> arguments)
    {
        if (!Functions.TryGetValue(name, out CFunction? function))
            throw new ProjectFormatException(CProjectReader.MainFile, 0, $"the project has no function {name}");
        var recorder = new BusRecorder(this);
        var evaluator = new CEvaluator(this, recorder);
        CValue[] values = [.. arguments];
        if (values.Length != function.Parameters.Length)
            values = [.. function.Parameters.Select(_ => CValue.Opaque)];
        if (arguments.Length > 0 && arguments.Length != function.Parameters.Length)
            throw function.At.Error($"{name} takes {arguments.Length} parameters");
        CValue result = evaluator.Call(function, values, function.At);
        if (result is { Kind: CValueKind.Integer, Number: 0 })
            throw function.At.Error($"{name} returns CNN_FAIL");
        return new ProgramFunction(name, function.At.File, recorder.Operations.ToImmutable());
    }
}
