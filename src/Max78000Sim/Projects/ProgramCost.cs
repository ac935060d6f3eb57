// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Max78000Sim.Timing;

namespace Ai8x.Max78000Sim.Projects;

/// <summary>What a program's functions take on the accelerator's bus, besides the inference itself. A wait counts as one load.</summary>
/// <param name="Functions">Accesses of each function, in call order.</param>
/// <param name="Unload">Accesses of fetching the result: one load for each word.</param>
public sealed record ProgramCost(ImmutableArray<FunctionCost> Functions, BusAccesses Unload)
{
    /// <summary>Counts a program.</summary>
    /// <param name="project">The program.</param>
    public static ProgramCost Of(LoadedProject project)
    {
        ArgumentNullException.ThrowIfNull(project);
        long words = project.Unload is null ? 0 : project.Unload.Sources.Where(source => source != 0).Select(source => source & ~3u).Distinct().LongCount();
        return new ProgramCost([.. project.Functions.Select(f => new FunctionCost(f.Name, Accesses(f)))], new BusAccesses(0, words));
    }

    private static BusAccesses Accesses(ProgramFunction function) => function.Operations.Aggregate(default(BusAccesses), (sum, operation) => sum + operation.Kind switch
    {
        BusOperationKind.Write => new BusAccesses(1, 0),
        BusOperationKind.SetBits or BusOperationKind.KeepBits => new BusAccesses(1, 1),
        _ => new BusAccesses(0, 1),
    });
}

/// <summary>Accesses of one function.</summary>
/// <param name="Name">The function.</param>
/// <param name="Accesses">Its stores and loads.</param>
public readonly record struct FunctionCost(string Name, BusAccesses Accesses);
