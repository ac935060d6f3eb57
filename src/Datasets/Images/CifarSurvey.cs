// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Datasets.Archives;
using Ai8x.Datasets.Processed;

namespace Ai8x.Datasets.Images;

/// <summary>The files of CIFAR: how many images they hold, and where each goes.</summary>
internal sealed class CifarSurvey : SampleSurvey
{
    private const int MostImages = 1_000_000;

    private readonly CifarDefinition _definition;
    private readonly MemberSource _source;
    private readonly Dictionary<string, int> _firstImages;
    private readonly SplitPlaces _places;

    private CifarSurvey(CifarDefinition definition, MemberSource source, Dictionary<string, int> firstImages, int train, int test)
        : base(new SampleLayout(definition.Shape, definition.ClassNames, [train - SplitPermutation.HoldOut(train), SplitPermutation.HoldOut(train), test]))
    {
        _definition = definition;
        _source = source;
        _firstImages = firstImages;
        _places = new SplitPlaces(train);
    }

    /// <summary>Counts the images.</summary>
    /// <param name="definition">The data set.</param>
    /// <param name="source">Its archive or folder.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static CifarSurvey Of(CifarDefinition definition, MemberSource source, CancellationToken cancellation)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (ArchiveMember member in source.Members(cancellation))
        {
            if (!IsPart(definition, member)) continue;
            if (!counts.TryAdd(member.FileName, CountOf(definition, member)))
            {
                throw Wrong(source.Path, $"The file '{member.FileName}' is there twice.", "It may be there once.", $"a second one, '{member.Path}'");
            }
        }

        string[] missing = [.. definition.TrainFiles.Append(definition.TestFile).Where(name => !counts.ContainsKey(name))];
        if (missing.Length > 0)
        {
            throw Wrong(source.Path, "Files are missing.", $"There must be {string.Join(", ", definition.TrainFiles)} and {definition.TestFile}.", $"no {string.Join(", no ", missing)}");
        }

        int train = 0;
        var first = new Dictionary<string, int>(StringComparer.Ordinal) { [definition.TestFile] = 0 };
        foreach (string name in definition.TrainFiles)
        {
            first[name] = train;
            train = checked(train + counts[name]);
        }

        if (train is < 2 or > MostImages)
        {
            throw Wrong(source.Path, "The number of training images is not usable.", string.Create(CultureInfo.InvariantCulture, $"There must be 2 to {MostImages}, of which a tenth is held out."), string.Create(CultureInfo.InvariantCulture, $"{train}"));
        }

        return new CifarSurvey(definition, source, first, train, counts[definition.TestFile]);
    }

    /// <inheritdoc/>
    public override void Fill(SampleSink sink, CancellationToken cancellation)
    {
        byte[] record = new byte[_definition.RecordBytes];
        byte[] sample = new byte[_definition.Shape.Count];
        foreach (ArchiveMember member in _source.Members(cancellation))
        {
            if (!IsPart(_definition, member)) continue;
            int image = _firstImages[member.FileName];
            for (long done = 0; done < member.Length; done += record.Length)
            {
                cancellation.ThrowIfCancellationRequested();
                int count = member.Content.ReadAtLeast(record, record.Length, throwOnEndOfStream: false);
                if (count < record.Length) throw member.CutOff(done + count);
                int label = LabelOf(record, member, done / record.Length);
                Interleave(record.AsSpan(_definition.LabelBytes), sample);
                (SplitPart part, int place) = PlaceOf(member, image++);
                sink.Write(part, place, sample, label);
            }
        }
    }

    private (SplitPart Part, int Place) PlaceOf(ArchiveMember member, int image) =>
        member.FileName == _definition.TestFile ? (SplitPart.Test, image) : _places.Of(image);

    private int LabelOf(byte[] record, ArchiveMember member, long image)
    {
        int label = record[_definition.LabelBytes - 1];
        if (label < _definition.ClassNames.Length) return label;
        throw Wrong(
            member.Display,
            string.Create(CultureInfo.InvariantCulture, $"The label of image {image} names no class."),
            string.Create(CultureInfo.InvariantCulture, $"The classes are 0 to {_definition.ClassNames.Length - 1}."),
            label.ToString(CultureInfo.InvariantCulture));
    }

    // Stored plane by plane; a sample has the colours of a pixel side by side.
    private static void Interleave(ReadOnlySpan<byte> planes, Span<byte> sample)
    {
        int pixels = planes.Length / 3;
        for (int i = 0; i < pixels; i++)
        {
            sample[3 * i] = planes[i];
            sample[(3 * i) + 1] = planes[pixels + i];
            sample[(3 * i) + 2] = planes[(2 * pixels) + i];
        }
    }

    private static bool IsPart(CifarDefinition definition, ArchiveMember member) => member.FileName == definition.TestFile || definition.TrainFiles.Contains(member.FileName);

    private static int CountOf(CifarDefinition definition, ArchiveMember member)
    {
        long images = member.Length / definition.RecordBytes;
        if (member.Length % definition.RecordBytes == 0 && images is > 0 and <= MostImages) return (int)images;
        throw Wrong(
            member.Display,
            "The file does not hold whole images, or is cut off.",
            string.Create(CultureInfo.InvariantCulture, $"It must have 1 to {MostImages} records of {definition.RecordBytes} bytes."),
            string.Create(CultureInfo.InvariantCulture, $"{member.Length} bytes"));
    }

    private static DatasetFormatException Wrong(string file, string problem, string rule, string actual) =>
        new(file, problem, rule, actual, "Give the binary version of the data set (not the one for Python or Matlab), or fetch it again.");
}
