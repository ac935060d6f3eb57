// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
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
        return Problem(golden, result);
    }

    /// <summary>The first difference of a result, or null if there is none.</summary>
    public static string? Problem(GoldenCase golden, SimulationResult result)
    {
        if (!result.Passed)
        {
            KnownAnswerMismatch first = result.FirstMismatches.FirstOrDefault() ?? new KnownAnswerMismatch(0, 0, 0, null);
            return $"{result.MismatchCount} mismatches, first at 0x{first.Address:x8} mask 0x{first.Mask:x8}: expected 0x{first.Expected:x8}, got 0x{first.Actual:x8}";
        }

        return Cycles(golden, result) ?? golden.Layers.Select(l => Layer(golden, l, result)).FirstOrDefault(p => p is not null) ?? Unloaded(golden, result);
    }

    private static string? Cycles(GoldenCase golden, SimulationResult result)
    {
        foreach (LayerReport layer in result.Inference.Layers)
        {
            GoldenLayer? expected = golden.Layers.FirstOrDefault(l => l.Index == layer.Layer);
            if (expected is null || expected.Cycles < 0)
                continue;

            // The reference makes its rough figure for streaming layers out of the plain one.
            long cycles = expected.Estimated ? (15 * layer.Cycles + 9) / 10 : layer.Cycles;
            if (expected.Cycles != cycles)
                return $"layer {layer.Layer} takes {layer.Cycles} cycles, expected {expected.Cycles}{(expected.Estimated ? " as one and a half times that" : string.Empty)}: {layer.Timeline.Counts}";
        }

        return !golden.Estimated && golden.TotalCycles >= 0 && golden.TotalCycles != result.Inference.Cycles
            ? $"total {result.Inference.Cycles}, expected {golden.TotalCycles}"
            : null;
    }

    private static string? Layer(GoldenCase golden, GoldenLayer layer, SimulationResult result)
    {
        string path = Path.Combine(golden.Folder, "expected", $"layer_{layer.Index:d2}_out.npy");
        LayerSnapshot? snapshot = result.Snapshots.FirstOrDefault(s => s.Layer == layer.Index);
        if (!File.Exists(path))
            return null;
        if (snapshot is null)
            return $"layer {layer.Index} was not executed";
        var expected = NpyArray.ReadInt32(path);
        Dictionary<(int, int), int> slots = snapshot.Slots.GroupBy(s => (s.Expansion, s.Processor)).ToDictionary(g => g.Key, g => g.First().Index);
        int channels = expected.Shape[0], pixels = expected.Values.Length / channels;
        int hardwarePixels = snapshot.Rows * snapshot.Columns;
        if (hardwarePixels < pixels)
            return $"layer {layer.Index} has {hardwarePixels} pixels, expected {pixels}";
        for (int channel = 0; channel < channels; channel++)
        {
            (int expansion, int processor, int first, int step) = layer.Place(channel, snapshot, pixels);
            if (!slots.TryGetValue((expansion, processor), out int slot))
                return $"layer {layer.Index} channel {channel}: no slot of expansion {expansion} goes to processor {processor}";
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                int actual = snapshot.Values[slot * hardwarePixels + first + pixel * step];
                if (actual != expected.Values[channel * pixels + pixel])
                    return $"layer {layer.Index} channel {channel} pixel {pixel}: {actual}, expected {expected.Values[channel * pixels + pixel]}";
            }
        }

        return null;
    }

    /// <summary>Compares the result buffer with the last layer where the vectors say that it holds it in that order.</summary>
    private static string? Unloaded(GoldenCase golden, SimulationResult result)
    {
        if (golden.UnloadLayout != "chw" || result.Unloaded is null)
            return null;
        GoldenLayer last = golden.Layers[^1];
        int[] expected = NpyArray.ReadInt32(Path.Combine(golden.Folder, "expected", $"layer_{last.Index:d2}_out.npy")).Values;
        int[] actual = last.OutputWidth == 32
            ? MemoryMarshal.Cast<byte, int>(result.Unloaded).ToArray()
            : [.. result.Unloaded.Select(b => (int)(sbyte)b)];
        return actual.AsSpan(0, Math.Min(actual.Length, expected.Length)).SequenceEqual(expected) ? null : "the unloaded buffer is not the last layer";
    }
}
