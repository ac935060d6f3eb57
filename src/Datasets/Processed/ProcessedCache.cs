// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Tensors;

namespace Ai8x.Datasets.Processed;

/// <summary>Gives the parts of a data set from its processed cache, which it makes where it is missing or made from something else.</summary>
internal sealed class ProcessedCache
{
    /// <summary>Raised whenever the processing changes, so that caches of older versions are made anew.</summary>
    public const int Version = 1;

    private readonly DatasetDefinition _definition;
    private readonly DatasetRequest _request;
    private readonly string _folder;
    private readonly string? _path;

    /// <summary>Names a cache.</summary>
    /// <param name="definition">The data set.</param>
    /// <param name="request">The parameters.</param>
    /// <param name="fileName">Name of the file, which tells the parameters.</param>
    /// <param name="folder">Where the data set was found.</param>
    public ProcessedCache(DatasetDefinition definition, DatasetRequest request, string fileName, string folder)
    {
        _definition = definition;
        _request = request;
        _folder = folder;
        _path = DatasetFolders.Cache(definition, request.CacheDirectory) is { } cache ? Path.Combine(cache, fileName) : null;
    }

    /// <summary>Loads the parts.</summary>
    /// <param name="shape">Shape of a sample.</param>
    /// <param name="fingerprint">Fingerprint of inputs and parameters.</param>
    /// <param name="survey">Looks at the data set, if it must be processed.</param>
    /// <param name="cancellation">Stops the work.</param>
    public DatasetParts Load(SampleShape shape, byte[] fingerprint, Func<SampleSurvey> survey, CancellationToken cancellation)
    {
        if (_path is null) return InMemory(survey(), cancellation);
        return Open(_path, shape, fingerprint, cancellation) ?? Prepare(_path, shape, fingerprint, survey(), cancellation);
    }

    private DatasetParts? Open(string path, SampleShape shape, byte[] fingerprint, CancellationToken cancellation)
    {
        ProcessedFile? file = ProcessedFile.TryOpen(path, shape, fingerprint);
        if (file is null) return null;
        if (!FitsInMemory(file.Layout)) return Parts(part => file.Stream(NameOf(part), part));
        using (file)
        {
            var loaded = new LabelledImages[SampleLayout.PartNames.Length];
            foreach (SplitPart part in Enum.GetValues<SplitPart>())
            {
                if (file.Load(part, cancellation) is not { } images) return null;
                loaded[(int)part] = images;
            }

            ImmutableArray<string> classes = file.Layout.ClassNames;
            return Parts(part => new ImageSource(NameOf(part), loaded[(int)part], [.. Enumerable.Range(0, loaded[(int)part].Count)], classes));
        }
    }

    private DatasetParts Prepare(string path, SampleShape shape, byte[] fingerprint, SampleSurvey survey, CancellationToken cancellation)
    {
        try
        {
            using var writer = new ProcessedWriter(path, survey.Layout);
            Fill(survey, writer, cancellation);
            writer.Complete(fingerprint, cancellation);
        }
        catch (Exception error) when (error is (IOException and not DatasetUnavailableException) or UnauthorizedAccessException)
        {
            long bytes = ProcessedWriter.FileBytes(survey.Layout);
            throw new DatasetUnavailableException(
                _definition.Name,
                string.Create(CultureInfo.InvariantCulture, $"it cannot be processed into '{path}', which takes {bytes >> 20} MiB: {error.Message.TrimEnd('.')}. Nothing half-written was kept. Make room in that folder, or name another one with --cache-dir."),
                error);
        }

        return Open(path, shape, fingerprint, cancellation)
            ?? throw new DatasetUnavailableException(_definition.Name, $"'{path}' is not what was written to it. Check the disk, and run the command again.");
    }

    /// <summary>For users without a folder for data: everything in memory, or nothing.</summary>
    private DatasetParts InMemory(SampleSurvey survey, CancellationToken cancellation)
    {
        if (!FitsInMemory(survey.Layout))
        {
            throw new DatasetUnavailableException(
                _definition.Name,
                string.Create(CultureInfo.InvariantCulture, $"its samples take {survey.Layout.SampleBytes >> 20} MiB, more than may be kept in memory, and the user has no folder for application data to keep them in. Name one with --cache-dir."));
        }

        var sink = new MemorySink(survey.Layout);
        Fill(survey, sink, cancellation);
        return Parts(part => new ImageSource(NameOf(part), sink.Part(part), [.. Enumerable.Range(0, sink.Part(part).Count)], survey.Layout.ClassNames));
    }

    private void Fill(SampleSurvey survey, SampleSink sink, CancellationToken cancellation)
    {
        var counted = new CountedSink(sink, _definition.Name, survey.Layout.Counts.Sum(), _request.Preparation);
        survey.Fill(counted, cancellation);
        counted.RequireAll();
    }

    private bool FitsInMemory(SampleLayout layout) =>
        layout.SampleBytes <= (_request.MemoryLimit ?? long.MaxValue) && layout.Counts.All(count => layout.BytesOf(count) <= Array.MaxLength);

    private DatasetParts Parts(Func<SplitPart, SampleSource> part)
    {
        bool swapped = _request.Roles == SplitRoles.Seed;
        return new DatasetParts(part(SplitPart.Train), part(swapped ? SplitPart.Test : SplitPart.Valid), part(swapped ? SplitPart.Valid : SplitPart.Test), _folder);
    }

    private string NameOf(SplitPart part) => $"{_definition.Name}/" + (part, _request.Roles) switch
    {
        (SplitPart.Test, SplitRoles.Seed) => $"valid ({_definition.TestPartName})",
        (SplitPart.Valid, SplitRoles.Seed) => $"test ({_definition.ValidPartName})",
        _ => SampleLayout.PartNames[(int)part],
    };
}
