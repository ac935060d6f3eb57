// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Tensors;

namespace Ai8x.Optim.Tests;

/// <summary>Small noisy images whose brightest quadrant is their class: easy to learn, made by a formula.</summary>
internal sealed class QuadrantSource(int count, int offset = 0, string name = "quadrants") : SampleSource
{
    public static SampleShape Map { get; } = new(6, 6, 1);

    public override string Name => name;

    public override int Count => count;

    public override SampleShape Shape => Map;

    public override ImmutableArray<string> ClassNames { get; } = ["upper left", "upper right", "lower left", "lower right"];

    public override bool IsInMemory => !Waits;

    /// <summary>Whether it is to be read as if from a disk.</summary>
    public bool Waits { get; init; }

    /// <summary>Called with each batch of indices, for tests that watch the reads.</summary>
    public Action<int[]>? OnFill { get; init; }

    public override int Label(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
        return (int)(Mix(index + offset, -1) % 4);
    }

    public override void Fill(ReadOnlySpan<int> indices, Span<sbyte> destination)
    {
        OnFill?.Invoke(indices.ToArray());
        for (int i = 0; i < indices.Length; i++)
        {
            int label = Label(indices[i]);
            for (int pixel = 0; pixel < Map.Count; pixel++)
            {
                int quadrant = pixel / 6 / 3 * 2 + pixel % 6 / 3;
                int noise = (int)(Mix(indices[i] + offset, pixel) % 81) - 40;
                destination[i * Map.Count + pixel] = (sbyte)((quadrant == label ? 60 : -50) + noise);
            }
        }
    }

    private static uint Mix(int a, int b)
    {
        uint x = (uint)a * 2654435761u ^ (uint)(b + 77) * 2246822519u;
        x = (x ^ x >> 15) * 2246822519u;
        x = (x ^ x >> 13) * 3266489917u;
        return x ^ x >> 16;
    }
}
