// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Datasets.Archives;
using Ai8x.Tensors;

namespace Ai8x.Datasets;

/// <summary>A data set that is read from archives or unpacked folders, processed once, and kept in a processed cache.</summary>
internal abstract record PreparedDefinition : DatasetDefinition
{
    /// <summary>The official archives.</summary>
    public required ImmutableArray<RemoteFile> Archives { get; init; }

    /// <summary>Shape of a sample.</summary>
    public required SampleShape Shape { get; init; }

    /// <summary>What a data folder must hold, as the end of the sentence "Name with --data-dir a folder that holds ...".</summary>
    public abstract string Wanted { get; }

    /// <summary>Looks for the data set in a folder, which need not exist.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The archives or folders to read, or null where it is not there.</returns>
    public abstract ImmutableArray<MemberSource>? Find(string folder);

    /// <summary>Finds out what the data set consists of.</summary>
    /// <param name="sources">What <see cref="Find"/> gave.</param>
    /// <param name="request">The parameters.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="DatasetFormatException">An archive is damaged or not of this data set.</exception>
    public abstract SampleSurvey Survey(ImmutableArray<MemberSource> sources, DatasetRequest request, CancellationToken cancellation);

    /// <summary>The parameters that change the processed samples, as part of a file name; "" where there are none.</summary>
    /// <param name="request">The parameters.</param>
    public virtual string Parameters(DatasetRequest request) => "";

    /// <inheritdoc/>
    public override Task<DatasetParts> LoadAsync(DatasetRequest request, CancellationToken cancellation) =>
        new PreparedLoader(this, request).LoadAsync(cancellation);
}
