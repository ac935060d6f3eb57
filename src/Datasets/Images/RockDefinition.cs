// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Datasets.Archives;

namespace Ai8x.Datasets.Images;

/// <summary>Rock, paper, scissors: images of hands, resized to 64x64 (training-flow.md section 4.2).</summary>
internal sealed record RockDefinition : PreparedDefinition
{
    /// <summary>Rows and columns of a sample.</summary>
    public const int Side = 64;

    /// <summary>The most bytes that an image file may have.</summary>
    public const long MostImageBytes = 16 << 20;

    private const long MostArchiveBytes = 1L << 30;
    private const string Server = "https://storage.googleapis.com/download.tensorflow.org/data/";

    /// <summary>Names of the classes, which are also the folders of the images.</summary>
    public static ImmutableArray<string> ClassNames { get; } = ["rock", "paper", "scissors"];

    public static RockDefinition Rock { get; } = new()
    {
        Name = "rock",
        FolderNames = ["rock", "RockPaperScissors", "rock_paper_scissors", "rock-paper-scissors"],
        Shape = new(Side, Side, 3),
        Archives = [Official("rps.zip"), Official("rps-test-set.zip")],
    };

    /// <inheritdoc/>
    public override string ValidPartName => "second half of the official test";

    /// <inheritdoc/>
    public override string TestPartName => "first half of the official test";

    /// <inheritdoc/>
    public override string Wanted => "rps.zip and rps-test-set.zip, or folders 'rps' and 'rps-test-set' with the PNG images in 'rock', 'paper' and 'scissors'";

    /// <inheritdoc/>
    public override ImmutableArray<MemberSource>? Find(string folder)
    {
        MemberSource? train = Part(folder, "rps", "train");
        MemberSource? test = Part(folder, "rps-test-set", "test");
        return train is null || test is null ? null : [train, test];
    }

    /// <inheritdoc/>
    public override SampleSurvey Survey(ImmutableArray<MemberSource> sources, DatasetRequest request, CancellationToken cancellation) =>
        RockSurvey.Of(this, sources, cancellation);

    private static MemberSource? Part(string folder, string name, string otherName)
    {
        string? unpacked = new[] { name, otherName }.Select(below => Path.Combine(folder, below)).FirstOrDefault(path => ClassNames.Any(below => Directory.Exists(Path.Combine(path, below))));
        if (unpacked is not null) return new FolderSource(unpacked, depth: 1);
        string archive = Path.Combine(folder, name + ".zip");
        return File.Exists(archive) ? new ZipSource(archive) : null;
    }

    private static RemoteFile Official(string name) => new(new Uri(Server + name), name, new WholeZip(MostArchiveBytes, MostImageBytes));
}
