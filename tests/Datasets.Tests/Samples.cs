// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Datasets.Tests;

/// <summary>Reads whole sources for comparisons.</summary>
internal static class Samples
{
    public static sbyte[] Of(SampleSource source, int index)
    {
        sbyte[] sample = new sbyte[source.Shape.Count];
        source.Fill([index], sample);
        return sample;
    }

    public static sbyte[] All(SampleSource source)
    {
        sbyte[] samples = new sbyte[source.Count * source.Shape.Count];
        source.Fill([.. Enumerable.Range(0, source.Count)], samples);
        return samples;
    }

    public static int[] Labels(SampleSource source) => [.. Enumerable.Range(0, source.Count).Select(source.Label)];

    public static void RequireEqual(DatasetParts expected, DatasetParts actual)
    {
        foreach ((SampleSource first, SampleSource second) in new[] { (expected.Train, actual.Train), (expected.Valid, actual.Valid), (expected.Test, actual.Test) })
        {
            Assert.Equal(first.Name, second.Name);
            Assert.Equal(first.Shape, second.Shape);
            Assert.Equal(first.ClassNames, second.ClassNames);
            Assert.Equal(Labels(first), Labels(second));
            Assert.Equal(All(first), All(second));
        }
    }
}
