// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Ai8x.Datasets.Processed;

/// <summary>Passes samples on, and counts them for the progress and for the check that all have come.</summary>
/// <param name="inner">Where the samples go; stays open.</param>
/// <param name="dataset">Name of the data set.</param>
/// <param name="total">Samples that will come.</param>
/// <param name="progress">Told about every hundredth of them, or null.</param>
internal sealed class CountedSink(SampleSink inner, string dataset, int total, IProgress<PreparationProgress>? progress) : SampleSink
{
    private readonly Lock _lock = new();
    private readonly int _step = Math.Max(1, total / 100);
    private int _count;

    /// <inheritdoc/>
    public override void Write(SplitPart part, int index, ReadOnlySpan<byte> values, int label)
    {
        inner.Write(part, index, values, label);
        lock (_lock)
        {
            _count++;
            if (_count % _step == 0 || _count == total) progress?.Report(new PreparationProgress(dataset, _count, total));
        }
    }

    /// <summary>Checks that as many samples have come as were announced.</summary>
    /// <exception cref="IOException">The data set changed while it was read.</exception>
    public void RequireAll()
    {
        if (_count != total)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"the data set changed while it was read: {_count} samples in place of {total}"));
        }
    }
}
