// SPDX-License-Identifier: MIT
namespace Ai8x.Datasets;

/// <summary>Where a data set may come from, and how its parts are used.</summary>
public sealed record DatasetRequest
{
    /// <summary>
    /// Folder with the files, either itself or in a folder of it that is named like the data set. Null looks at the places where the
    /// data set usually lies, and in the cache.
    /// </summary>
    public string? DataDirectory { get; init; }

    /// <summary>Roles of the parts.</summary>
    public SplitRoles Roles { get; init; } = SplitRoles.Named;

    /// <summary>Client for downloads, or null to stay off the network. A data folder that was given is never filled from the network.</summary>
    public HttpClient? Http { get; init; }

    /// <summary>Told about the progress of downloads, or null.</summary>
    public IProgress<DownloadProgress>? Progress { get; init; }

    /// <summary>
    /// Folder below which downloads and processed data are kept, one folder for each data set; null is <c>ai8x/datasets</c> in the user's folder for local
    /// application data.
    /// </summary>
    public string? CacheDirectory { get; init; }

    /// <summary>Told about the preparation of data sets that need one, or null.</summary>
    public IProgress<PreparationProgress>? Preparation { get; init; }

    /// <summary>
    /// The most bytes that the samples of all parts may take in memory, at least 0; null is no limit. A larger data set is read from its processed
    /// cache as samples are asked for, with the same values. A part that no array can hold, 2 GiB and more, is always read so.
    /// </summary>
    public long? MemoryLimit { get; init; }

    /// <summary>
    /// How many changed copies of every training recording follow the recording itself, 0 to 16, for data sets of speech; other data sets have
    /// no such copies (training-flow.md section 4.3).
    /// </summary>
    public int AugmentedCopies { get; init; } = 1;

    /// <summary>Seed of the changed copies.</summary>
    public ulong Seed { get; init; }
}
