// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using Ai8x.Max78000Sim;
using Ai8x.Max78000Sim.Projects;
using Ai8x.Max78000Sim.Projects.Vectors;

namespace Ai8x.Golden.Simulator;

/// <summary>The published models on the simulator: output words, every layer, cycles, the unloaded result, and further inferences on the same accelerator.</summary>
public sealed class SimulatorModelTests
{
    [Theory]
    [InlineData("tf-mnist", "expected", 70157)]
    [InlineData("tf-mnist", "expected-develop", 70157)]
    [InlineData("tf-fashionmnist", "expected", 70157)]
    [InlineData("tf-fashionmnist", "expected-develop", 70157)]
    [InlineData("tf-cifar10", "expected-develop", 85265)]
    [InlineData("tf-cifar100", "expected-develop", 129319)]
    [InlineData("tf-kws20", "expected-develop", 100366)]
    [InlineData("tf-rock", "expected-develop", 127113)]
    public void Model_GivesKnownWordsLayersAndCycles(string name, string edition, long cycles)
    {
        string folder = GoldenFolder.Require("tf-models", name);
        var golden = GoldenCase.Read(folder);
        Assert.Null(GoldenComparison.Problem(golden, edition));
        Assert.Equal(cycles, golden.TotalCycles);
    }

    [Theory]
    [InlineData("tf-mnist")]
    [InlineData("tf-fashionmnist")]
    public void Slots_AreTheChannelsOfModelsWithoutGaps(string name)
    {
        string folder = GoldenFolder.Require("tf-models", name);
        SimulationResult result = Simulation.Run(
            VectorFolderReader.Read(Path.Combine(folder, "expected")), new AcceleratorOptions { TakeSnapshots = true }, TestContext.Current.CancellationToken);
        Assert.Equal(5, result.Snapshots.Length);
        foreach (LayerSnapshot snapshot in result.Snapshots)
            Assert.Equal(NpyArray.ReadInt32(Path.Combine(folder, "expected", $"layer_{snapshot.Layer:d2}_out.npy")).Values, snapshot.Values);
    }

    [Theory]
    [InlineData("tf-mnist")]
    [InlineData("tf-fashionmnist")]
    public void UnloadedResult_IsTheLastLayer_AgainAndAgain(string name)
    {
        string folder = GoldenFolder.Require("tf-models", name);
        LoadedProject project = VectorFolderReader.Read(Path.Combine(folder, "expected-develop"));
        var session = new SimulationSession(project);
        int[] expected = NpyArray.ReadInt32(Path.Combine(folder, "expected", "layer_04_out.npy")).Values;
        var first = new byte[project.Unload!.ByteCount];
        session.RunSample();
        session.Unload(first);
        Assert.Equal(expected, Words(first));

        var other = new byte[first.Length];
        session.Run([.. project.SampleInput.Select(w => w with { Value = ~w.Value })]);
        session.Unload(other);
        Assert.NotEqual(first, other);
        session.Run([.. project.SampleInput]);
        session.Unload(other);
        Assert.Equal(first, other);
    }

    private static int[] Words(byte[] bytes) => [.. bytes.Chunk(4).Select(c => BinaryPrimitives.ReadInt32LittleEndian(c))];
}
