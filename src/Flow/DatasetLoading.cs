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
        if (options.AugmentedCopies != new TrainOptions { Model = "", Dataset = "" }.AugmentedCopies && !DatasetCatalog.SpeechNames.Contains(options.Dataset))
            throw new FlowException(string.Create(CultureInfo.InvariantCulture, $"--n-augment {options.AugmentedCopies}: only recordings of speech are copied with changes ({string.Join(", ", DatasetCatalog.SpeechNames)}), not '{options.Dataset}'. Leave it out."));
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
    public static DatasetParts Load(EvaluateOptions options, FlowObserver observer, CancellationToken cancellation) =>
        AsItIs(options.Dataset, options.DataDirectory, options.SeedSplits, options.CacheDirectory, options.MemoryLimit, observer, cancellation);

    /// <summary>Loads a data set for verification: as it is.</summary>
    public static DatasetParts Load(VerifyOptions options, string dataset, FlowObserver observer, CancellationToken cancellation) =>
        AsItIs(dataset, options.DataDirectory, options.SeedSplits, options.CacheDirectory, options.MemoryLimit, observer, cancellation);

    /// <summary>Loads a data set that comes with the program.</summary>
    public static DatasetParts LoadBundled(string name, FlowObserver observer, CancellationToken cancellation) => AsItIs(name, null, false, null, null, observer, cancellation);

    private static DatasetParts AsItIs(string name, string? directory, bool seedSplits, string? cache, long? memory, FlowObserver observer, CancellationToken cancellation)
    {
        var request = new DatasetRequest { DataDirectory = directory, Roles = Roles(seedSplits), CacheDirectory = cache, MemoryLimit = memory, AugmentedCopies = 0 };
        return Load(name, request, observer, cancellation);
    }

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
