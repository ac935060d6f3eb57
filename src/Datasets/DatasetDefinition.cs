// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Datasets.Images;
using Ai8x.Datasets.Speech;

namespace Ai8x.Datasets;

/// <summary>What the catalog knows of a data set.</summary>
internal abstract record DatasetDefinition
{
    /// <summary>Name in the catalog; also the folder in the cache.</summary>
    public required string Name { get; init; }

    /// <summary>Names that its folder may have below a data folder, the usual one first.</summary>
    public required ImmutableArray<string> FolderNames { get; init; }

    /// <summary>What the part that validates is, for the names of parts whose roles are exchanged.</summary>
    public virtual string ValidPartName => "hold-out";

    /// <summary>What the part that tests is, for the names of parts whose roles are exchanged.</summary>
    public virtual string TestPartName => "official test";

    /// <summary>All data sets of the catalog, in the order in which they are listed.</summary>
    public static ImmutableArray<DatasetDefinition> All { get; } =
    [
        IdxDefinition.Mnist,
        IdxDefinition.FashionMnist,
        IdxDefinition.FashionMnistSample,
        CifarDefinition.Cifar10,
        CifarDefinition.Cifar100,
        RockDefinition.Rock,
        SpeechDefinition.Kws20,
        SpeechDefinition.Digits,
    ];

    /// <summary>Finds, fetches and reads the data set, and cuts it into its parts.</summary>
    /// <param name="request">Where it may come from.</param>
    /// <param name="cancellation">Stops the work.</param>
    public abstract Task<DatasetParts> LoadAsync(DatasetRequest request, CancellationToken cancellation);
}
