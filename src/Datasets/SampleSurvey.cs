// SPDX-License-Identifier: MIT
using Ai8x.Datasets.Processed;

namespace Ai8x.Datasets;

/// <summary>What a data set will consist of, known before its contents are read.</summary>
/// <param name="layout">Shape, classes and counts.</param>
internal abstract class SampleSurvey(SampleLayout layout)
{
    /// <summary>Shape, classes and counts.</summary>
    public SampleLayout Layout { get; } = layout;

    /// <summary>Reads and processes all samples.</summary>
    /// <param name="sink">Receives every sample at its place, each place once.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="DatasetFormatException">A file is malformed.</exception>
    public abstract void Fill(SampleSink sink, CancellationToken cancellation);
}
