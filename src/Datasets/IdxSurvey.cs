// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ai8x.Datasets.Processed;

namespace Ai8x.Datasets;

/// <summary>A data set in the MNIST layout that is not to be kept in memory: its images are read one by one.</summary>
internal sealed class IdxSurvey : SampleSurvey
{
    private readonly IdxFolder _folder;
    private readonly IdxArray _trainLabels;
    private readonly IdxArray _testLabels;
    private readonly SplitPlaces _places;

    private IdxSurvey(SampleLayout layout, IdxFolder folder, IdxArray trainLabels, IdxArray testLabels, SplitPlaces places)
        : base(layout)
    {
        _folder = folder;
        _trainLabels = trainLabels;
        _testLabels = testLabels;
        _places = places;
    }

    /// <summary>Bytes of all images, from the headers of their files.</summary>
    /// <param name="folder">The files.</param>
    public static long SampleBytes(IdxFolder folder) => Header(folder, 0).Aggregate(1L, (a, b) => a * b) + Header(folder, 2).Aggregate(1L, (a, b) => a * b);

    /// <summary>Checks that the files belong together, and counts the images.</summary>
    /// <param name="definition">The data set.</param>
    /// <param name="folder">The files.</param>
    public static IdxSurvey Of(IdxDefinition definition, IdxFolder folder)
    {
        IdxArray train = IdxLoader.ReadLabels(definition, folder, 0);
        IdxArray test = IdxLoader.ReadLabels(definition, folder, 2);
        LabelledImages.Check(folder.Files[0]!, Header(folder, 0), train, definition.Shape, definition.ClassNames.Length);
        LabelledImages.Check(folder.Files[2]!, Header(folder, 2), test, definition.Shape, definition.ClassNames.Length);
        IdxLoader.RequireEnough(folder, train.Data.Length);
        var places = new SplitPlaces(train.Data.Length);
        var layout = new SampleLayout(definition.Shape, definition.ClassNames, [train.Data.Length - places.HoldOut, places.HoldOut, test.Data.Length]);
        return new IdxSurvey(layout, folder, train, test, places);
    }

    /// <summary>What shows a change of the files.</summary>
    /// <param name="definition">The data set.</param>
    /// <param name="folder">The files.</param>
    public static byte[] Fingerprint(IdxDefinition definition, IdxFolder folder)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{ProcessedCache.Version}\n{definition.Name}\n");
        foreach (string? file in folder.Files)
        {
            var info = new FileInfo(file!);
            text.Append(CultureInfo.InvariantCulture, $"{Path.GetFullPath(file!)}\0{info.Length}\0{info.LastWriteTimeUtc.Ticks}\n");
        }

        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <inheritdoc/>
    public override void Fill(SampleSink sink, CancellationToken cancellation)
    {
        Fill(0, _trainLabels, sink, _places.Of, cancellation);
        Fill(2, _testLabels, sink, image => (SplitPart.Test, image), cancellation);
    }

    private void Fill(int file, IdxArray labels, SampleSink sink, Func<int, (SplitPart Part, int Place)> placeOf, CancellationToken cancellation)
    {
        using FileStream stream = IdxReader.OpenFile(_folder.Files[file]!);
        using StoredFile images = StoredFile.Open(stream, _folder.Files[file]!);
        ImmutableArray<int> dimensions = IdxReader.ReadHeader(images);
        byte[] sample = new byte[Layout.Shape.Count];
        for (int image = 0; image < labels.Data.Length; image++)
        {
            cancellation.ThrowIfCancellationRequested();
            IdxReader.ReadValues(images, dimensions, (long)image * sample.Length, sample);
            (SplitPart part, int place) = placeOf(image);
            sink.Write(part, place, sample, labels.Data.Span[image]);
        }

        IdxReader.CheckEnd(images, dimensions);
    }

    private static ImmutableArray<int> Header(IdxFolder folder, int file)
    {
        using FileStream stream = IdxReader.OpenFile(folder.Files[file]!);
        using StoredFile stored = StoredFile.Open(stream, folder.Files[file]!);
        return IdxReader.ReadHeader(stored);
    }
}
