// SPDX-License-Identifier: MIT
using Ai8x.Max78000Sim;
using Ai8x.Max78000Sim.Projects;
using Ai8x.Max78000Sim.Projects.Vectors;

namespace Ai8x.Golden.Simulator;

/// <summary>Runs a case on the simulator and compares everything that the vectors know about it.</summary>
internal static class GoldenComparison
{
    /// <summary>The first difference in words, or null if there is none.</summary>
    public static string? Problem(GoldenCase golden, string edition)
    {
        LoadedProject project = VectorFolderReader.Read(Path.Combine(golden.Folder, edition));
        SimulationResult result = Simulation.Run(project, new AcceleratorOptions { TakeSnapshots = true }, TestContext.Current.CancellationToken);
        if (!result.Passed)
        {
            KnownAnswerMismatch first = result.FirstMismatches.FirstOrDefault() ?? new KnownAnswerMismatch(0, 0, 0, null);
            return $"{result.MismatchCount} mismatches, first at 0x{first.Address:x8} mask 0x{first.Mask:x8}: expected 0x{first.Expected:x8}, got 0x{first.Actual:x8}";
        }

        return Cycles(golden, result) ?? golden.Layers.Select(l => Layer(golden, l, result)).FirstOrDefault(p => p is not null);
    }

    private static string? Cycles(GoldenCase golden, SimulationResult result)
    {
        foreach (LayerReport layer in result.Inference.Layers)
        {
            long expected = golden.Layers.FirstOrDefault(l => l.Index == layer.Layer)?.Cycles ?? -1;
            if (expected >= 0 && expected != layer.Cycles)
                return $"layer {layer.Layer} takes {layer.Cycles} cycles, expected {expected}: {layer.Timeline}";
        }

        return golden.TotalCycles >= 0 && golden.TotalCycles != result.Inference.Cycles ? $"total {result.Inference.Cycles}, expected {golden.TotalCycles}" : null;
    }

    private static string? Layer(GoldenCase golden, GoldenLayer layer, SimulationResult result)
    {
        string path = Path.Combine(golden.Folder, "expected", $"layer_{layer.Index:d2}_out.npy");
        LayerSnapshot? snapshot = result.Snapshots.FirstOrDefault(s => s.Layer == layer.Index);
        if (!File.Exists(path) || snapshot is null)
            return null;
        var expected = NpyArray.ReadInt32(path);
        Dictionary<uint, uint> words = snapshot.Words.ToDictionary(w => w.Address, w => w.Value);
        int channels = expected.Shape[0], pixels = expected.Values.Length / channels;
        for (int i = 0; i < expected.Values.Length; i++)
        {
            (uint address, int lane) = layer.Place(i / pixels, i % pixels);
            if (!words.TryGetValue(address, out uint word))
                return $"layer {layer.Index} channel {i / pixels} pixel {i % pixels}: word 0x{address:x8} was not written";
            int actual = layer.OutputWidth == 32 ? (int)word : (sbyte)(word >> (8 * lane));
            if (actual != expected.Values[i])
                return $"layer {layer.Index} channel {i / pixels} pixel {i % pixels}: {actual}, expected {expected.Values[i]}";
        }

        return null;
    }
}
