// SPDX-License-Identifier: MIT
using Ai8x.Device;
using Ai8x.Max78000Sim.Projects;
using Ai8x.Max78000Sim.Projects.Vectors;

namespace Ai8x.Max78000Sim.Tests;

/// <summary>Small programs of hand-written networks, made by the vendor's generator, beside the tests.</summary>
internal static class VectorPrograms
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Vectors");

    public static string[] Names { get; } = [.. Directory.EnumerateDirectories(Folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    public static LoadedProject Load(string name) => VectorFolderReader.Read(Path.Combine(Folder, name));

    /// <summary>All stores up to the start of the inference.</summary>
    public static IEnumerable<BusWrite> Writes(LoadedProject project) => project.Functions
        .SelectMany(f => f.Operations)
        .Where(o => o.Kind == BusOperationKind.Write)
        .Select(o => new BusWrite(o.Address, o.Value, o.Width));

    /// <summary>The program with one function's accesses replaced.</summary>
    public static LoadedProject With(LoadedProject project, string function, Func<BusOperation[], BusOperation[]> change) => project with
    {
        Functions = [.. project.Functions.Select(f => f.Name == function ? f with { Operations = [.. change([.. f.Operations])] } : f)],
    };

    /// <summary>The words at the places of the known answer, masked, as the plain machine computes them.</summary>
    public static uint[] PlainAnswer(LoadedProject project)
    {
        var machine = new PlainMachine();
        foreach (BusWrite write in Writes(project))
            machine.Write(write);
        machine.Run();
        return [.. project.KnownAnswer.SelectMany(r => r.Words.Select((_, i) => machine.Read(r.Address + 4 * (uint)i) & r.Mask))];
    }

    /// <summary>The same words as the simulator computes them.</summary>
    public static uint[] Answer(LoadedProject project, AcceleratorOptions? options = null) =>
        [.. Simulation.Run(project, options, TestContext.Current.CancellationToken).Output.SelectMany(r => r.Words)];
}
