// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Tensors;

namespace Ai8x.Optim.Tests;

/// <summary>One sample of one dimension, which is no image.</summary>
internal sealed class LineSource : SampleSource
{
    public override string Name => "line";

    public override int Count => 1;

    public override SampleShape Shape => new(16, 1, 2);

    public override ImmutableArray<string> ClassNames { get; } = ["one"];

    public override int Label(int index) => 0;

    public override void Fill(ReadOnlySpan<int> indices, Span<sbyte> destination) => destination[..32].Clear();
}
