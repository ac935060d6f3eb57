// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Tensors;

namespace Ai8x.Datasets.Processed;

/// <summary>How many samples of which shape a processed data set holds.</summary>
/// <param name="Shape">Shape of a sample.</param>
/// <param name="ClassNames">Names of the classes, 1 to 256.</param>
/// <param name="Counts">Samples of each <see cref="SplitPart"/>.</param>
internal sealed record SampleLayout(SampleShape Shape, ImmutableArray<string> ClassNames, ImmutableArray<int> Counts)
{
    /// <summary>Names of the parts, in the order of <see cref="SplitPart"/>; they begin the names of their arrays.</summary>
    public static ImmutableArray<string> PartNames { get; } = ["train", "valid", "test"];

    /// <summary>Bytes of the samples of all parts.</summary>
    public long SampleBytes => Counts.Sum(count => BytesOf(count));

    /// <summary>Bytes of the samples of one part.</summary>
    /// <param name="count">Its samples.</param>
    public long BytesOf(int count) => (long)count * Shape.Count;
}
