// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Datasets;
using Ai8x.Tensors;

namespace Ai8x.Flow;

/// <summary>Loads a data set for a flow and reports downloads and preparation to its observer.</summary>
internal static class DatasetLoading
{
    /// <summary>Loads a data set for training: with the changed copies that the options ask for.</summary>
    public static DatasetParts Load(TrainOptions options, FlowObserver observer, CancellationToken cancellation)
    {
        var request = new DatasetRequest
        {
            DataDirectory = options.DataDirectory,
            Roles = Roles(options.SeedSplits),
            CacheDirectory = options.CacheDirectory,
            MemoryLimit = options.MemoryLimit,
            AugmentedCopies = options.AugmentedCopies,
            Seed = options.Seed,
        };
        return Load(options.Dataset, request, observer, cancellation);
    }

    /// <summary>Loads a data set for evaluation: as it is.</summary>
    public static DatasetParts Load(EvaluateOptions options, FlowObserver observer, CancellationToken cancellation)
    {
        var request = new DatasetRequest
        {
            DataDirectory = options.DataDirectory,
            Roles = Roles(options.SeedSplits),
            CacheDirectory = options.CacheDirectory,
            MemoryLimit = options.MemoryLimit,
            AugmentedCopies = 0,
        };
        return Load(options.Dataset, request, observer, cancellation);
    }

    /// <summary>Loads a data set as it is.</summary>
    public static DatasetParts Load(string name, string? directory, bool seedSplits, FlowObserver observer, CancellationToken cancellation) =>
        Load(name, new DatasetRequest { DataDirectory = directory, Roles = Roles(seedSplits), AugmentedCopies = 0 }, observer, cancellation);

    private static DatasetParts Load(string name, DatasetRequest request, FlowObserver observer, CancellationToken cancellation)
    {
        using var http = new HttpClient();
        return DatasetCatalog.Load(name, request with { Http = http, Progress = new DownloadReport(observer), Preparation = new PreparationReport(observer) }, cancellation);
    }

    private static SplitRoles Roles(bool seedSplits) => seedSplits ? SplitRoles.Seed : SplitRoles.Named;

    public static SampleSource Part(this DatasetParts parts, DatasetPart part) => part switch
    {
        DatasetPart.Train => parts.Train,
        DatasetPart.Valid => parts.Valid,
        _ => parts.Test,
    };

    private sealed class DownloadReport(FlowObserver observer) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => observer.Progress(
            "download " + Path.GetFileName(value.Address.LocalPath),
            value.ReceivedBytes,
            Math.Max(1, value.TotalBytes ?? value.ReceivedBytes),
            string.Create(CultureInfo.InvariantCulture, $"{value.ReceivedBytes / 1024:N0} KiB"));
    }

    private sealed class PreparationReport(FlowObserver observer) : IProgress<PreparationProgress>
    {
        public void Report(PreparationProgress value) => observer.Progress("prepare " + value.Dataset, value.Samples, value.TotalSamples, "");
    }
}
