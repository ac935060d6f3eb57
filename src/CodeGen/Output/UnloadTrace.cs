// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.CodeGen.Output;

/// <summary>Output bytes that come from evenly spaced bytes of data memory.</summary>
/// <param name="OutputByte">First byte in the caller's buffer.</param>
/// <param name="Count">Number of bytes.</param>
/// <param name="SourceAddress">Address of the first source byte.</param>
/// <param name="SourceStep">Distance between source bytes; 0 for a single byte.</param>
public readonly record struct UnloadRun(int OutputByte, int Count, uint SourceAddress, int SourceStep);

/// <summary>An unload plan byte by byte.</summary>
public static class UnloadTrace
{
    // One lane of pixels that are up to 16 words apart.
    private const int LongestStep = 64;

    /// <summary>Follows a plan: from which address each byte of the result is fetched.</summary>
    /// <param name="plan">The plan.</param>
    /// <returns>Runs in ascending order of the output byte.</returns>
    public static ImmutableArray<UnloadRun> Of(UnloadPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        SortedDictionary<int, uint> sources = [];
        foreach (UnloadBlock block in plan.Blocks) Follow(block, plan.ByteMode, sources);
        List<UnloadRun> runs = [];
        foreach ((int output, uint source) in sources)
        {
            if (runs.Count > 0 && Extended(runs[^1], output, source) is UnloadRun longer) runs[^1] = longer;
            else runs.Add(new UnloadRun(output, 1, source, 0));
        }

        return [.. runs];
    }

    private static void Follow(UnloadBlock block, bool byteMode, SortedDictionary<int, uint> sources)
    {
        for (int pixel = 0; pixel < block.Pixels; pixel++)
        {
            uint word = block.Address + 4 * (uint)(pixel * block.StepWords);
            for (int rank = 0; rank < block.Lanes.Length; rank++)
            {
                if (byteMode)
                {
                    sources[block.OutputOffset + pixel + rank * block.PlaneStep] = word + (uint)block.Lanes[rank];
                    continue;
                }

                int output = 4 * (block.OutputOffset + pixel * block.Lanes.Length + rank);
                for (int b = 0; b < 4; b++) sources[output + b] = word + 4 * (uint)block.Lanes[rank] + (uint)b;
            }
        }
    }

    private static UnloadRun? Extended(UnloadRun run, int output, uint source)
    {
        if (output != run.OutputByte + run.Count) return null;
        long step = run.Count == 1 ? (long)source - run.SourceAddress : run.SourceStep;
        bool forward = step is >= 1 and <= LongestStep;
        return forward && source == run.SourceAddress + run.Count * step ? run with { Count = run.Count + 1, SourceStep = (int)step } : null;
    }
}
