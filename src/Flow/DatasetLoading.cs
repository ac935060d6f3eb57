// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Datasets;
using Ai8x.Tensors;

namespace Ai8x.Flow;

/// <summary>Loads a data set for a flow and reports downloads to its observer.</summary>
internal static class DatasetLoading
{
    public static DatasetParts Load(string name, string? directory, bool seedSplits, FlowObserver observer, CancellationToken cancellation)
    {
        using var http = new HttpClient();
        var request = new DatasetRequest
        {
            DataDirectory = directory,
            Roles = seedSplits ? SplitRoles.Seed : SplitRoles.Named,
            Http = http,
            Progress = new DownloadReport(observer),
            Preparation = new PreparationReport(observer),
        };
        return DatasetCatalog.Load(name, request, cancellation);
    }

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
