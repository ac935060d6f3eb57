// SPDX-License-Identifier: MIT
using Ai8x.Autograd;
using Ai8x.Tensors;

namespace Ai8x.BitIdentity;

/// <summary>Images from a linear congruential generator in integers: the same everywhere without a file.</summary>
internal static class MadeUpImages
{
    public static Batch Batch(SampleShape shape, int count, int step, int classes = 10)
    {
        uint state = (uint)(step * 2654435761u) ^ 0x9e3779b9u;
        var samples = new sbyte[count * shape.Count];
        var labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = (int)(Next() % 10) % classes;
            for (int j = 0; j < shape.Count; j++) samples[i * shape.Count + j] = (sbyte)((Next() >> 24) / 2 + labels[i] * 8 - 100);
        }

        return new Batch { Count = count, Samples = samples, Labels = labels, SampleIndices = [.. Enumerable.Range(step * count, count)] };

        uint Next() => state = state * 1664525u + 1013904223u;
    }
}
