// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Security.Cryptography;
using Ai8x.Datasets.Processed;

namespace Ai8x.Datasets;

/// <summary>Finds, fetches and reads a data set, and cuts it into its parts.</summary>
internal static class IdxLoader
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Loads a data set.</summary>
    /// <param name="definition">The data set.</param>
    /// <param name="request">Where it may come from.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static async Task<DatasetParts> LoadAsync(IdxDefinition definition, DatasetRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        IdxFolder folder = request.DataDirectory is null
            ? await FindAsync(definition, request, cancellation)
            : DatasetFolders.Given(definition, request.DataDirectory);
        if (request.MemoryLimit is { } limit && IdxSurvey.SampleBytes(folder) > limit)
        {
            var cache = new ProcessedCache(definition, request, "processed.npz", folder.Path);
            return cache.Load(definition.Shape, IdxSurvey.Fingerprint(definition, folder), () => IdxSurvey.Of(definition, folder), cancellation);
        }

        LabelledImages train = Read(definition, folder, 0, cancellation);
        LabelledImages test = Read(definition, folder, 2, cancellation);
        return Cut(definition, folder, train, test, request.Roles);
    }

    private static async Task<IdxFolder> FindAsync(IdxDefinition definition, DatasetRequest request, CancellationToken cancellation)
    {
        var looked = new List<string>();
        foreach (string path in DatasetFolders.Usual(definition))
        {
            IdxFolder folder = IdxFolder.Look(path, definition.Files);
            if (folder.IsComplete) return folder;
            looked.Add(path);
        }

        string? cache = definition.BaseAddress is null ? null : DatasetFolders.Cache(definition, request.CacheDirectory);
        if (cache is null)
        {
            throw NotFound(definition, looked);
        }

        IdxFolder cached = IdxFolder.Look(cache, definition.Files);
        if (cached.IsComplete) return cached;
        if (request.Http is null)
        {
            throw NotFound(definition, looked.Append(cache));
        }

        var download = new DatasetDownload(definition.Name, request.Http, request.Progress, Patience);
        for (int i = 0; i < definition.Files.Length; i++)
        {
            if (cached.Files[i] is not null) continue;
            DatasetFile file = definition.Files[i];
            var remote = new RemoteFile(new Uri(definition.BaseAddress!, file.Name + ".gz"), file.Name + ".gz", new UnpackedChecksum(file));
            await download.FetchAsync(remote, cache, cancellation);
        }

        return IdxFolder.Look(cache, definition.Files);
    }

    private static DatasetUnavailableException NotFound(IdxDefinition definition, IEnumerable<string> looked)
    {
        string download = definition.BaseAddress is null ? "there is no download of it." : "downloads are switched off or the user has no folder for them.";
        return new DatasetUnavailableException(definition.Name, $"its files are not in {DatasetFolders.Listed(looked)}, and {download} {DatasetFolders.Advice(definition)}");
    }

    private static LabelledImages Read(IdxDefinition definition, IdxFolder folder, int first, CancellationToken cancellation)
    {
        // The labels first: they are small, and show at once whether these are the files of another data set.
        IdxArray labels = ReadLabels(definition, folder, first);
        cancellation.ThrowIfCancellationRequested();
        IdxArray images = IdxReader.Read(folder.Files[first]!);
        cancellation.ThrowIfCancellationRequested();
        return LabelledImages.Join(images, labels, definition.Shape, definition.ClassNames.Length);
    }

    /// <summary>Reads the labels of a part.</summary>
    /// <param name="definition">The data set.</param>
    /// <param name="folder">Its files.</param>
    /// <param name="first">Place of the image file of the part; the label file follows it.</param>
    internal static IdxArray ReadLabels(IdxDefinition definition, IdxFolder folder, int first)
    {
        IdxArray labels = IdxReader.Read(folder.Files[first + 1]!);
        RejectStrangers(definition, labels, first + 1);
        return labels;
    }

    /// <summary>Checks that some official training images can be held out.</summary>
    /// <param name="folder">The files.</param>
    /// <param name="count">Training images.</param>
    internal static void RequireEnough(IdxFolder folder, int count)
    {
        if (count < 2)
        {
            throw new DatasetFormatException(
                folder.Files[0]!,
                "There are too few training images to hold some out.",
                "At least 2 are needed.",
                count.ToString(CultureInfo.InvariantCulture),
                "Give a larger data set.");
        }
    }

    private static void RejectStrangers(IdxDefinition definition, IdxArray labels, int place)
    {
        string hash = Convert.ToHexString(SHA256.HashData(labels.ToFileBytes()));
        foreach (IdxDefinition other in IdxDefinition.Family)
        {
            if (other.Name != definition.Name && other.Files[place].Sha256 == hash)
            {
                throw new DatasetFormatException(
                    labels.Source,
                    $"This is a file of the data set '{other.Name}'.",
                    $"The folder must hold the files of '{definition.Name}'.",
                    $"the SHA-256 {hash}",
                    $"Name another folder with --data-dir, or use the data set '{other.Name}'.");
            }
        }
    }

    private static DatasetParts Cut(IdxDefinition definition, IdxFolder folder, LabelledImages official, LabelledImages test, SplitRoles roles)
    {
        RequireEnough(folder, official.Count);
        int[] order = SplitPermutation.Make(official.Count);
        int holdOut = SplitPermutation.HoldOut(official.Count);
        bool swapped = roles == SplitRoles.Seed;
        ImageSource Part(string name, LabelledImages images, int[] samples) => new($"{definition.Name}/{name}", images, samples, definition.ClassNames);
        ImageSource held = Part(swapped ? "test (hold-out)" : "valid", official, order[..holdOut]);
        ImageSource last = Part(swapped ? "valid (official test)" : "test", test, [.. Enumerable.Range(0, test.Count)]);
        return new DatasetParts(Part("train", official, order[holdOut..]), swapped ? last : held, swapped ? held : last, folder.Path);
    }
}
