// SPDX-License-Identifier: MIT
using System.Text.Json;
using Ai8x.CodeGen;
using Ai8x.Max78000Sim;
using Ai8x.Max78000Sim.Projects;
using Ai8x.Max78000Sim.Projects.C;
using Ai8x.Max78000Sim.Projects.Vectors;
using ProgramFunction = Ai8x.Max78000Sim.Projects.ProgramFunction;

namespace Ai8x.Golden.Simulator;

/// <summary>Generated C projects, read back from their text: the same accesses as the reference program, and the known answer on the simulator.</summary>
public sealed class GeneratedProjectTests
{
    public static TheoryData<string> Cases() => GeneratorProgramTests.Cases();

    [Theory]
    [MemberData(nameof(Cases))]
    public void GeneratedProject_IsReadBackAndPasses(string name)
    {
        Assert.SkipWhen(name.Length == 0, "the golden vectors are not beside this repository");
        GeneratorCase reference = GeneratorCase.Open(name);
        SynthesizedNetwork network = reference.Synthesize();
        LoadedProject actual = Read(CProjectWriter.Files(network.Program, reference.ProjectFacts(network)).Select(f => (f.Name, f.Text)));
        LoadedProject expected = VectorFolderReader.Read(reference.Expected);

        foreach (ProgramFunction function in expected.Functions)
            Assert.Equal(Accesses(function), Started(Accesses(actual.Functions.Single(f => f.Name == function.Name)), function, reference));
        Assert.Equal(Accesses(expected.Acknowledge!), Accesses(actual.Acknowledge!));
        Assert.NotNull(actual.Unload);
        Assert.True(Simulation.Run(actual, cancellation: TestContext.Current.CancellationToken).Passed);
        if (Layout(reference) == "chw")
            Assert.Equal(expected.Unload!.Sources, actual.Unload.Sources);
    }

    private static string? Layout(GeneratorCase reference)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Path.GetDirectoryName(reference.Expected)!, "case.json")));
        JsonElement unload = document.RootElement.GetProperty("unload");
        return unload.ValueKind == JsonValueKind.Null ? null : unload.GetProperty("layout").GetString();
    }

    // A program that halts and goes on does so right behind the start; the vectors list these accesses by themselves.
    private static IEnumerable<BusOperation> Started(IEnumerable<BusOperation> accesses, ProgramFunction expected, GeneratorCase reference)
    {
        if (!reference.Has("--stop-start") || expected.Name != "cnn_start")
            return accesses;
        Assert.Equal([BusOperationKind.KeepBits, BusOperationKind.SetBits], accesses.Skip(expected.Operations.Length).Select(access => access.Kind));
        return accesses.Take(expected.Operations.Length);
    }

    private static IEnumerable<BusOperation> Accesses(ProgramFunction function) => function.Operations.Select(o => o with { Line = 0 });

    private static LoadedProject Read(IEnumerable<(string Name, string Text)> files)
    {
        string folder = Directory.CreateTempSubdirectory("ai8x-golden-").FullName;
        try
        {
            foreach ((string name, string text) in files)
                File.WriteAllText(Path.Combine(folder, name), text);
            return CProjectReader.Read(folder);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }
}
