// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Tensors;

namespace Ai8x.Bench.Models;

/// <summary>Samples of the right shape without meaning, for models whose data set is not at hand: the time of a step does not depend on the values.</summary>
internal sealed class RandomSamples : SampleSource
{
    /// <summary>Name of these samples in results.</summary>
    public const string SourceName = "random";

    private readonly sbyte[] _values;
    private readonly int[] _labels;

    public RandomSamples(SampleShape shape, int classes, int count)
    {
        Shape = shape;
        Count = count;
        ClassNames = [.. Enumerable.Range(0, classes).Select(label => $"class {label}")];
        var random = new Random(3);
        _values = new sbyte[count * shape.Count];
        for (int i = 0; i < _values.Length; i++) _values[i] = (sbyte)random.Next(-128, 128);
        _labels = [.. Enumerable.Range(0, count).Select(_ => random.Next(classes))];
    }

    public override string Name => SourceName;

    public override int Count { get; }

    public override SampleShape Shape { get; }

    public override bool IsInMemory => true;

    public override ImmutableArray<string> ClassNames { get; }

    public override int Label(int index) => _labels[index];

    public override void Fill(ReadOnlySpan<int> indices, Span<sbyte> destination)
    {
        int size = Shape.Count;
        for (int i = 0; i < indices.Length; i++) _values.AsSpan(indices[i] * size, size).CopyTo(destination[(i * size)..]);
    }
}
