// SPDX-License-Identifier: MIT
using Ai8x.CodeGen;

namespace Ai8x.Flow.Tests;

/// <summary>A project that is generated again with other options is the one that a new folder would hold; files of others in it stay.</summary>
public sealed class RegenerationTests : IDisposable
{
    private readonly SmallNetwork _network = new();

    public void Dispose() => _network.Dispose();

    [Fact]
    public void AnotherGeneration_LeavesNoFileOfTheOneBefore()
    {
        ProjectOptions riscv = ProjectOptions.Default with { Riscv = new RiscvOptions(false, false, false, false) }, silent = ProjectOptions.Default with { KnownAnswer = false };
        string folder = Path.Combine(_network.Folder, "projects", "same"), foreign = Path.Combine(folder, "notes.txt");
        string plain = Generate("plain", ProjectOptions.Default);
        foreach (ProjectOptions options in new[] { riscv, ProjectOptions.Default, silent, riscv, ProjectOptions.Default })
        {
            Assert.Equal(folder, Generate("same", options));
            File.WriteAllText(foreign, "mine");
            string fresh = Generate("fresh", options);
            Assert.Equal(["notes.txt", .. Names(fresh)], Names(folder).Order(StringComparer.Ordinal).OrderBy(name => name != "notes.txt"));
            Directory.Delete(fresh, recursive: true);
        }

        File.Delete(foreign);
        Assert.Equal(Names(plain), Names(folder));
        Assert.True(SimulationFlow.Run(new SimulateOptions { Directory = folder }, FlowObserver.Silent, CancellationToken.None).Passed);
    }

    private static string[] Names(string folder) => [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private string Generate(string name, ProjectOptions options) => SynthesisFlow.Run(
        new SynthesizeOptions
        {
            CheckpointFile = _network.Onnx,
            ConfigFile = _network.Yaml,
            SampleInput = _network.Sample,
            Prefix = name,
            TestDirectory = Path.Combine(_network.Folder, "projects"),
            Project = options,
            Program = SynthesisOptions.Default with { Riscv = options.Riscv is not null },
        },
        FlowObserver.Silent,
        CancellationToken.None).ProjectDirectory;
}
