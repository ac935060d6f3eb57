// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.ExceptionServices;
using Ai8x.Datasets.Archives;
using Ai8x.Datasets.Processed;

namespace Ai8x.Datasets.Speech;

/// <summary>The recordings of a data set of speech, and how they become samples.</summary>
internal sealed class SpeechSurvey : SampleSurvey
{
    // A minute and more: recordings have one second, some two.
    private const long MostFileBytes = 2 << 20;
    private const int BatchSize = 64;

    private readonly MemberSource _source;
    private readonly DatasetRequest _request;
    private readonly Dictionary<string, SpeechRecording> _recordings;

    private SpeechSurvey(SampleLayout layout, MemberSource source, DatasetRequest request, Dictionary<string, SpeechRecording> recordings)
        : base(layout)
    {
        _source = source;
        _request = request;
        _recordings = recordings;
    }

    /// <summary>Finds the recordings and gives each its class and place.</summary>
    /// <param name="definition">The data set.</param>
    /// <param name="source">Where they are.</param>
    /// <param name="request">The parameters.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static SpeechSurvey Of(SpeechDefinition definition, MemberSource source, DatasetRequest request, CancellationToken cancellation)
    {
        (string Word, string File, string Path)[] found =
        [
            .. Recordings(source, cancellation).OrderBy(member => member.Word, StringComparer.Ordinal).ThenBy(member => member.File, StringComparer.Ordinal),
        ];
        RequireClasses(source, found);
        string[] words = [.. found.Select(member => member.Word).Distinct()];
        ImmutableArray<string> classes = definition.ClassNames(words);
        if (classes.Length is < 2 or > 256) throw Wrong(source, "The number of words is no number of classes.", "There must be 2 to 256 words.", string.Create(CultureInfo.InvariantCulture, $"{classes.Length}"));
        int[] counts = new int[SampleLayout.PartNames.Length];
        var recordings = new Dictionary<string, SpeechRecording>(found.Length, StringComparer.Ordinal);
        foreach ((string word, string file, string path) in found)
        {
            SplitPart part = SpeechSplit.PartOf(file);
            int label = classes.IndexOf(word);
            recordings.Add(path, new SpeechRecording(recordings.Count, part, counts[(int)part], label < 0 ? classes.Length - 1 : label));
            counts[(int)part] = checked(counts[(int)part] + CopiesIn(part, request) + 1);
        }

        int empty = Array.IndexOf(counts, 0);
        if (empty >= 0)
        {
            throw Wrong(source, $"The part '{SampleLayout.PartNames[empty]}' has no recordings.", "The hash of the file name puts 8 of 10 recordings into train, and 1 each into valid and test; every part needs one.", string.Create(CultureInfo.InvariantCulture, $"{found.Length} recordings in all"));
        }

        return new SpeechSurvey(new SampleLayout(definition.Shape, classes, [.. counts]), source, request, recordings);
    }

    /// <inheritdoc/>
    public override void Fill(SampleSink sink, CancellationToken cancellation)
    {
        var batch = new List<(SpeechRecording Recording, double[] Samples)>(BatchSize);
        foreach (ArchiveMember member in _source.Members(cancellation))
        {
            if (!_recordings.TryGetValue(member.Path, out SpeechRecording? recording)) continue;
            batch.Add((recording, WavReader.Read(member.ReadAll(MostFileBytes), member.Display)));
            if (batch.Count < BatchSize) continue;
            Process(batch, sink, cancellation);
            batch.Clear();
        }

        Process(batch, sink, cancellation);
    }

    private static int CopiesIn(SplitPart part, DatasetRequest request) => part == SplitPart.Train ? request.AugmentedCopies : 0;

    /// <summary>Every recording has its own random numbers and its own place, so the order of the work changes nothing.</summary>
    private void Process(List<(SpeechRecording Recording, double[] Samples)> batch, SampleSink sink, CancellationToken cancellation)
    {
        try
        {
            Parallel.For(
                0,
                batch.Count,
                new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount },
                () => (Augmentation: new SpeechAugmentation(_request.Seed), Frame: new byte[Layout.Shape.Count]),
                (i, _, tools) =>
                {
                    (SpeechRecording recording, double[] samples) = batch[i];
                    SpeechFrame.Quantize(samples, tools.Frame);
                    sink.Write(recording.Part, recording.Place, tools.Frame, recording.Label);
                    for (int copy = 1; copy <= CopiesIn(recording.Part, _request); copy++)
                    {
                        SpeechFrame.Quantize(tools.Augmentation.Copy(samples, recording.Index, copy), tools.Frame);
                        sink.Write(recording.Part, recording.Place + copy, tools.Frame, recording.Label);
                    }

                    return tools;
                },
                _ => { });
        }
        catch (AggregateException error)
        {
            ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
        }
    }

    private static IEnumerable<(string Word, string File, string Path)> Recordings(MemberSource source, CancellationToken cancellation)
    {
        int depth = -1;
        foreach (ArchiveMember member in source.Members(cancellation))
        {
            if (!SpeechDefinition.IsWord(member.FolderName) || !member.FileName.EndsWith(".wav", StringComparison.OrdinalIgnoreCase)) continue;
            int steps = member.Path.Count(letter => letter == '/');
            if (depth >= 0 && steps != depth)
            {
                throw Wrong(source, $"'{member.Path}' lies at another depth than the recordings before it.", "All recordings lie in folders named like their words, side by side.", string.Create(CultureInfo.InvariantCulture, $"{steps} folders in place of {depth}"));
            }

            depth = steps;
            yield return (member.FolderName, member.FileName, member.Path);
        }
    }

    private static void RequireClasses(MemberSource source, (string Word, string File, string Path)[] found)
    {
        if (found.Length == 0) throw Wrong(source, "There are no recordings.", "Every word has a folder with WAVE files.", "none");
        for (int i = 1; i < found.Length; i++)
        {
            if (found[i].Word == found[i - 1].Word && found[i].File == found[i - 1].File)
            {
                throw Wrong(source, $"The recording '{found[i].Word}/{found[i].File}' is there twice.", "Every recording may occur once.", $"'{found[i - 1].Path}' and '{found[i].Path}'");
            }
        }

        if (source is not FolderSource folder) return;
        var words = found.Select(member => member.Word).ToHashSet(StringComparer.Ordinal);
        string? empty = Directory.EnumerateDirectories(folder.Path).Select(below => Path.GetFileName(below)!).Order(StringComparer.Ordinal).FirstOrDefault(name => SpeechDefinition.IsWord(name) && !words.Contains(name));
        if (empty is not null) throw Wrong(source, $"The folder '{empty}' has no recordings.", "Every word has a folder with WAVE files.", "an empty one");
    }

    private static DatasetFormatException Wrong(MemberSource source, string problem, string rule, string actual) =>
        new(source.Path, problem, rule, actual, "Give the folder or archive of a data set of speech.");
}
