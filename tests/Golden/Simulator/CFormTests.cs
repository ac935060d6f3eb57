// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using Ai8x.Max78000Sim;
using Ai8x.Max78000Sim.Projects;
using Ai8x.Max78000Sim.Projects.C;
using Ai8x.Max78000Sim.Projects.Vectors;
using Ai8x.Max78000Sim.Tests;

namespace Ai8x.Golden.Simulator;

/// <summary>
/// Every golden program written as a C project in the forms of 2021, 2022, 2024 and for the RISC-V core, read back: the same accesses, the known answer, the same unloaded result. One form for each
/// program and every fifth program here, all of them, and executed as C as well, in the slow run.
/// </summary>
public sealed class CFormTests(ITestOutputHelper output)
{
    private const int Share = 5;

    [Fact]
    public void EveryProgram_IsTheSameAsACProjectOfEveryForm()
    {
        GoldenFolder.Require("ops");
        bool slow = Environment.GetEnvironmentVariable("AI8X_SLOW") == "1";
        string[] programs =
        [
            .. GoldenFolder.Cases("ops").Concat(GoldenFolder.Cases("tf-models")).SelectMany(f => (string[])[Path.Combine(f, "expected"), Path.Combine(f, "expected-develop")])
                .Where(Directory.Exists),
        ];
        CForm[] forms = Enum.GetValues<CForm>();
        (string Program, CForm Form)[] projects =
            [.. programs.SelectMany((p, i) => forms.Where((_, f) => slow || (i % Share == 0 && f == i / Share % forms.Length)).Select(f => (p, f)))];
        var problems = new ConcurrentBag<string>();
        Parallel.ForEach(projects, project =>
        {
            string? problem = Problem(project.Program, project.Form, slow);
            if (problem is not null)
                problems.Add($"{Path.GetFileName(Path.GetDirectoryName(project.Program))} {project.Form}: {problem}");
        });
        output.WriteLine($"{projects.Length} projects");
        Assert.True(problems.IsEmpty, string.Join('\n', problems.Order(StringComparer.Ordinal)));
    }

    private static string? Problem(string program, CForm form, bool executes)
    {
        LoadedProject expected = VectorFolderReader.Read(program);
        string folder = Directory.CreateTempSubdirectory("ai8x-form-").FullName;
        try
        {
            foreach ((string name, string text) in new CFormText(expected, form).Files)
                File.WriteAllText(Path.Combine(folder, name), text);
            LoadedProject actual = CProjectReader.Read(folder);
            foreach (ProgramFunction function in expected.Functions)
            {
                ProgramFunction? other = actual.Functions.FirstOrDefault(f => f.Name == function.Name);
                if (other is null || !function.Operations.Select(Comparable).SequenceEqual(other.Operations.Select(Comparable)))
                    return $"{function.Name} makes other accesses";
            }

            SimulationResult result = Simulation.Run(actual, cancellation: TestContext.Current.CancellationToken);
            if (!result.Passed)
                return $"{result.MismatchCount} mismatches";
            if (expected.Unload is not null && !expected.Unload.Sources.SequenceEqual(actual.Unload!.Sources))
                return "the result is unloaded from elsewhere";
            return executes && CProjectRunner.Run(folder, cancellation: TestContext.Current.CancellationToken).CheckPassed != true ? "the program's own check fails" : null;
        }
        catch (FormatException error)
        {
            return error.Message;
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    /// <summary>An access without its line. Packed kernel words may be stored to any address of their processor.</summary>
    private static BusOperation Comparable(BusOperation operation) => operation with
    {
        Line = 0,
        Address = operation.Width == Device.BusWidth.Word && (operation.Address - 0x50000000) % 0x400000 is >= 0x180000 and < 0x1c0000 ? operation.Address & ~0x3fffu : operation.Address,
    };
}
