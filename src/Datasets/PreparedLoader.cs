// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ai8x.Datasets.Archives;
using Ai8x.Datasets.Processed;

namespace Ai8x.Datasets;

/// <summary>Finds or fetches the archives of a data set, processes them unless that was done before, and gives its parts.</summary>
internal sealed class PreparedLoader
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly PreparedDefinition _definition;
    private readonly DatasetRequest _request;
    private readonly string? _cache;

    public PreparedLoader(PreparedDefinition definition, DatasetRequest request)
    {
        _definition = definition;
        _request = request;
        _cache = DatasetFolders.Cache(definition, request.CacheDirectory);
    }

    /// <summary>Loads the data set.</summary>
    /// <param name="cancellation">Stops the work.</param>
    public async Task<DatasetParts> LoadAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        ImmutableArray<MemberSource> sources = _request.DataDirectory is null ? await FindOrFetchAsync(cancellation) : Given(_request.DataDirectory);
        var cache = new ProcessedCache(_definition, _request, $"processed{_definition.Parameters(_request)}.npz", sources[0].Path);
        return cache.Load(_definition.Shape, Fingerprint(sources), () => _definition.Survey(sources, _request, cancellation), cancellation);
    }

    private ImmutableArray<MemberSource> Given(string directory)
    {
        string root = Path.GetFullPath(directory);
        string[] places = [.. _definition.FolderNames.Select(name => Path.Combine(root, name)), root];
        foreach (string place in places)
        {
            if (_definition.Find(place) is { } found) return found;
        }

        throw new DatasetUnavailableException(_definition.Name, $"it is not in the data folder; looked into {DatasetFolders.Listed(places)}. {Advice}");
    }

    private async Task<ImmutableArray<MemberSource>> FindOrFetchAsync(CancellationToken cancellation)
    {
        if (_cache is not null && _definition.Find(_cache) is { } cached) return cached;
        string looked = _cache is null ? "" : $"it is not in {DatasetFolders.Listed([_cache])}, and ";
        if (_definition.Archives.IsEmpty) throw new DatasetUnavailableException(_definition.Name, $"{looked}there is no download of it. {Advice}");
        if (_cache is null || _request.Http is null)
        {
            throw new DatasetUnavailableException(_definition.Name, $"{looked}downloads are switched off or the user has no folder for them. {Advice}");
        }

        var download = new DatasetDownload(_definition.Name, _request.Http, _request.Progress, Patience);
        foreach (RemoteFile archive in _definition.Archives)
        {
            if (!File.Exists(Path.Combine(_cache, archive.FileName))) await download.FetchAsync(archive, _cache, cancellation);
        }

        return _definition.Find(_cache) ?? throw new DatasetUnavailableException(_definition.Name, $"it is not in '{_cache}' although its archives are. {Advice}");
    }

    private byte[] Fingerprint(ImmutableArray<MemberSource> sources)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{ProcessedCache.Version}\n{_definition.Name}\n{_definition.Parameters(_request)}\n")));
        foreach (MemberSource source in sources)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(source.Path + "\n"));
            source.AppendState(hash);
        }

        return hash.GetHashAndReset();
    }

    private string Advice => $"Name with --data-dir a folder that holds {_definition.Wanted}, itself or in a folder '{_definition.FolderNames[0]}'.";
}
