// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Ai8x.Datasets.Archives;

namespace Ai8x.Datasets.Speech;

/// <summary>Recordings of single words in class folders, as in Google's speech commands (training-flow.md section 4.3).</summary>
internal sealed record SpeechDefinition : PreparedDefinition
{
    private const string Unknown = "unknown";

    /// <summary>Names that the archive may have in a data folder.</summary>
    public required ImmutableArray<string> ArchiveNames { get; init; }

    /// <summary>The words that are classes, in the order of the classes; every other word is one further class. Null makes each word that is there a class.</summary>
    public ImmutableArray<string>? Words { get; init; }

    public static SpeechDefinition Kws20 { get; } = new()
    {
        Name = "kws20",
        FolderNames = ["kws20", "KWS/raw", "KWS", "speech_commands_v0.02", "SpeechCommands/speech_commands_v0.02"],
        ArchiveNames = ["speech_commands_v0.02.tar.gz"],
        Shape = SpeechFrame.Shape,
        Words = ["up", "down", "left", "right", "stop", "go", "yes", "no", "on", "off", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "zero"],
        Archives =
        [
            new RemoteFile(
                new Uri("https://storage.googleapis.com/download.tensorflow.org/data/speech_commands_v0.02.tar.gz"),
                "speech_commands_v0.02.tar.gz",
                new StoredChecksum(HashAlgorithmName.SHA256, "AF14739EE7DC311471DE98F5F9D2C9191B18AEDFE957F4A6FF791C709868FF58", 4L << 30)),
        ],
    };

    public static SpeechDefinition Digits { get; } = new()
    {
        Name = "speech_digits",
        FolderNames = ["speech_digits", "speech-digits"],
        ArchiveNames = ["speech_digits.tar.gz", "speech_digits.tar"],
        Shape = SpeechFrame.Shape,
        Archives = [],
    };

    /// <inheritdoc/>
    public override string ValidPartName => "validation split";

    /// <inheritdoc/>
    public override string TestPartName => "test split";

    /// <inheritdoc/>
    public override string Wanted => $"{ArchiveNames[0]}, or a folder of WAVE files for each word";

    /// <inheritdoc/>
    public override ImmutableArray<MemberSource>? Find(string folder)
    {
        if (!Directory.Exists(folder)) return null;
        if (Directory.EnumerateDirectories(folder).Any(below => IsWord(Path.GetFileName(below)) && Directory.EnumerateFiles(below, "*.wav").Any()))
        {
            return [new FolderSource(folder, depth: 1)];
        }

        string? archive = ArchiveNames.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        return archive is null ? null : [new TarGzSource(archive)];
    }

    /// <inheritdoc/>
    public override string Parameters(DatasetRequest request) => request.AugmentedCopies == 0
        ? "-plain"
        : string.Create(CultureInfo.InvariantCulture, $"-{request.AugmentedCopies}x-seed{request.Seed}");

    /// <inheritdoc/>
    public override SampleSurvey Survey(ImmutableArray<MemberSource> sources, DatasetRequest request, CancellationToken cancellation) =>
        SpeechSurvey.Of(this, sources[0], request, cancellation);

    /// <summary>Names of the classes for a data set of some words.</summary>
    /// <param name="present">The words that are there, sorted.</param>
    public ImmutableArray<string> ClassNames(IEnumerable<string> present) => Words is { } words ? [.. words, Unknown] : [.. present];

    /// <summary>Whether a folder is a class: its name begins with a letter, which the one with background noise does not.</summary>
    /// <param name="folder">Its name.</param>
    public static bool IsWord(string folder) => folder.Length > 0 && char.IsAsciiLetter(folder[0]);
}
