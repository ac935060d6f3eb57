// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device;
using Ai8x.Max78000Sim.Projects;
using Ai8x.Max78000Sim.Projects.C;

namespace Ai8x.Max78000Sim.Tests;

public sealed class VectorProgramTests
{
    public static TheoryData<string> Programs() => [.. VectorPrograms.Names];

    [Theory]
    [MemberData(nameof(Programs))]
    public void Program_MeetsItsKnownAnswer_AsDoesThePlainMachine(string name)
    {
        LoadedProject project = VectorPrograms.Load(name);
        uint[] expected = [.. project.KnownAnswer.SelectMany(r => r.Words)];
        Assert.NotEmpty(expected);
        Assert.Equal(expected, VectorPrograms.PlainAnswer(project));
        Assert.Equal(expected, VectorPrograms.Answer(project));
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void CProjectOfEveryForm_IsTheSameProgram(string name)
    {
        LoadedProject project = VectorPrograms.Load(name);
        SimulationResult expected = Simulation.Run(project, cancellation: TestContext.Current.CancellationToken);
        foreach (CForm form in Enum.GetValues<CForm>())
        {
            using var folder = new TemporaryFolder();
            folder.Write(new CFormText(project, form).Files);
            LoadedProject read = CProjectReader.Read(folder.Path);
            Assert.Equal(VectorPrograms.Writes(project), VectorPrograms.Writes(read));
            SimulationResult actual = Simulation.Run(read, cancellation: TestContext.Current.CancellationToken);
            Assert.True(actual.Passed, $"{form}");
            Assert.Equal(expected.Unloaded, actual.Unloaded);

            CProjectRun run = CProjectRunner.Run(folder.Path, cancellation: TestContext.Current.CancellationToken);
            Assert.True(run.CheckPassed, $"{form} stopped at {run.HaltedAt}");
            Assert.Equal(0, run.Returned);
            Assert.Equal(expected.Unloaded, run.Arrays["ml_data"].AsSpan(0, expected.Unloaded!.Length).ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void OneImageAfterTheOther_OverThreads_GivesTheSameAsAlone(string name)
    {
        LoadedProject project = VectorPrograms.Load(name);
        var random = new Random(5);
        ImmutableArray<BusWrite>[] images =
            [.. Enumerable.Range(0, 6).Select(_ => project.SampleInput.Select(w => w with { Value = (uint)random.NextInt64(1L << 32) }).ToImmutableArray())];
        ImmutableArray<BatchImageResult> batch = SimulationBatch.Run(project, images, 3, cancellation: TestContext.Current.CancellationToken);
        for (int i = 0; i < images.Length; i++)
        {
            int at = 0;
            LoadedProject alone = VectorPrograms.With(project, "load_input", o => [.. o.Select(w => w.Kind == BusOperationKind.Write ? w with { Value = images[i][at++].Value } : w)]);
            Assert.Equal(VectorPrograms.PlainAnswer(alone), batch[i].Output.SelectMany(r => r.Words));
        }
    }
}
