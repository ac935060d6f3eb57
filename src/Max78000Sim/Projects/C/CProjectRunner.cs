// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>Executes a C project as it stands on a simulated accelerator: <c>main</c> with all it calls, its interrupt routine, polling, unloading, check and soft-max.</summary>
public static class CProjectRunner
{
    /// <summary>Executes a project.</summary>
    /// <param name="folder">Path of the folder.</param>
    /// <param name="options">Behaviour of the accelerator; null takes the defaults.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <exception cref="ProjectFormatException">A file is missing, too large, or not understood.</exception>
    /// <exception cref="SimulationException">The program does something that the accelerator refuses.</exception>
    public static CProjectRun Run(string folder, AcceleratorOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return Run(folder, options, null, cancellation);
    }

    internal static CProjectRun Run(string folder, AcceleratorOptions? options, long? maximumSteps, CancellationToken cancellation)
    {
        CProgram program = CProgram.Load(folder, maximumSteps);
        var accelerator = new Accelerator(options) { Cancellation = cancellation };
        var bus = new LiveBus(accelerator);
        CMachine machine = CProjectReader.Machine(program, program.Memory.Clone(), bus);
        bool checkedAll = false, failed = false;
        long? returned = null;
        machine.Ended = (function, value) =>
        {
            if (function.Name is "check_output" or "cnn_check" && function.Result.IsInteger)
            {
                checkedAll = true;
                failed |= value.Bits == 0;
            }
            else if (function.Name == "main" && function.Result.IsInteger)
                returned = value.Bits;
        };
        CPosition? halted = CProjectReader.RunMain(program, machine, out _);
        return new CProjectRun
        {
            Accelerator = accelerator,
            Inferences = bus.Inferences.ToImmutable(),
            CheckPassed = checkedAll ? !failed : null,
            Returned = returned,
            HaltedAt = halted is CPosition at ? $"{at.File}:{at.Line}" : null,
            Printed = machine.Printed,
            Arrays = Arrays(program, machine),
        };
    }

    private static ImmutableSortedDictionary<string, ImmutableArray<byte>> Arrays(CProgram program, CMachine machine)
    {
        ImmutableSortedDictionary<string, ImmutableArray<byte>>.Builder arrays = ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<byte>>(StringComparer.Ordinal);
        foreach (string name in (string[])["ml_data", "ml_data32", "ml_softmax"])
        {
            if (program.FindVariable(name) is { Type.Size: > 0 } variable)
                arrays[name] = [.. machine.Memory.Bytes(variable.Address, variable.Type.Size, default)];
        }

        return arrays.ToImmutable();
    }
}

/// <summary>What a project did when it was executed.</summary>
public sealed record CProjectRun
{
    /// <summary>The accelerator as the program leaves it.</summary>
    public required Accelerator Accelerator { get; init; }

    /// <summary>Cycles of each inference that the program ran.</summary>
    public required ImmutableArray<InferenceReport> Inferences { get; init; }

    /// <summary>What the program's own check of its known answer found, or null if it has none.</summary>
    public required bool? CheckPassed { get; init; }

    /// <summary>What <c>main</c> returned, or null if it never returns.</summary>
    public required long? Returned { get; init; }

    /// <summary>File and line of the endless loop or call in which the program stopped, or null.</summary>
    public required string? HaltedAt { get; init; }

    /// <summary>What the program printed, at most 64 KiB.</summary>
    public required string Printed { get; init; }

    /// <summary>The buffers <c>ml_data</c>, <c>ml_data32</c> and <c>ml_softmax</c> as far as they exist: results and soft-max.</summary>
    public required ImmutableSortedDictionary<string, ImmutableArray<byte>> Arrays { get; init; }
}
