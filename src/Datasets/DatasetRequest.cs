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
    /// Folder below which downloads are kept, one folder for each data set; null is <c>ai8x/datasets</c> in the user's folder for local
    /// application data.
    /// </summary>
    public string? CacheDirectory { get; init; }
}
