// SPDX-License-Identifier: MIT
namespace Ai8x.Datasets.Processed;

/// <summary>Keeps processed samples in memory.</summary>
internal sealed class MemorySink : SampleSink
{
    private readonly LabelledImages[] _parts;
    private readonly byte[][] _labels;

    /// <summary>Takes the memory for all samples.</summary>
    /// <param name="layout">What will come.</param>
    public MemorySink(SampleLayout layout)
    {
        _labels = [.. layout.Counts.Select(count => new byte[count])];
        _parts = [.. layout.Counts.Select((count, part) => new LabelledImages(layout.Shape, new sbyte[layout.BytesOf(count)], _labels[part]))];
    }

    /// <inheritdoc/>
    public override void Write(SplitPart part, int index, ReadOnlySpan<byte> values, int label)
    {
        LabelledImages images = _parts[(int)part];
        SignedBytes.FromUnsigned(values, images.Pixels.AsSpan(index * values.Length, values.Length));
        _labels[(int)part][index] = checked((byte)label);
    }

    /// <summary>The samples of a part, when all have been written.</summary>
    /// <param name="part">The part.</param>
    public LabelledImages Part(SplitPart part) => _parts[(int)part];
}
