// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Tensors;

namespace Ai8x.Datasets;

/// <summary>What the catalog knows of a data set in the MNIST layout.</summary>
internal sealed record IdxDefinition : DatasetDefinition
{
    /// <summary>Names of the classes.</summary>
    public required ImmutableArray<string> ClassNames { get; init; }

    /// <summary>Shape of a sample.</summary>
    public SampleShape Shape { get; init; } = new(28, 28, 1);

    /// <summary>The official files: training images and labels, test images and labels.</summary>
    public required ImmutableArray<DatasetFile> Files { get; init; }

    /// <summary>Folder where a package of the system puts it, or null.</summary>
    public string? SystemFolder { get; init; }

    /// <summary>Folder of this name travels with the program, or null.</summary>
    public string? BundledFolder { get; init; }

    /// <summary>Address that the packed file names are appended to, or null where there is no download.</summary>
    public Uri? BaseAddress { get; init; }

    public static IdxDefinition Mnist { get; } = new()
    {
        Name = "mnist",
        FolderNames = ["mnist"],
        ClassNames = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
        BaseAddress = new Uri("https://storage.googleapis.com/cvdf-datasets/mnist/"),
        Files = FilesWith(
            60_000,
            10_000,
            "BA891046E6505D7AADCBBE25680A0738AD16AEC93BDE7F9B65E87A2FC25776DB",
            "65A50CBBF4E906D70832878AD85CCDA5333A97F0F4C3DD2EF09A8A9EEF7101C5",
            "0FA7898D509279E482958E8CE81C8E77DB3F2F8254E26661CEB7762C4D494CE7",
            "FF7BCFD416DE33731A308C3F266CC351222C34898ECBEAF847F06E48F7EC33F2"),
    };

    public static IdxDefinition FashionMnist { get; } = new()
    {
        Name = "fashionmnist",
        FolderNames = ["fashionmnist", "fashion-mnist"],
        ClassNames = ["top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"],
        SystemFolder = "/usr/share/datasets/fashion-mnist",
        BaseAddress = new Uri("https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/"),
        Files = FilesWith(
            60_000,
            10_000,
            "C59F468A2F672DC815687FE0F83887768D799FD8A3F3276145D20F83AA44D888",
            "BAD3541B69D912435C50BB6BA87BEC294FF4F6A2E1246121D8633921760443D9",
            "5B4141F0AFBAD91EDEBE8549F8FCFFE087EA10CA49F1DBEF5C9A5CD8815CE37B",
            "0402A96D92FD2663957122CEB108A494C5AF83DAB82D92729DF917D7DEC38C34"),
    };

    public static IdxDefinition FashionMnistSample { get; } = FashionMnist with
    {
        Name = "fashionmnist-sample",
        FolderNames = ["fashionmnist-sample", "fashion-mnist-sample"],
        SystemFolder = null,
        BundledFolder = "fashion-mnist-sample",
        BaseAddress = null,
        Files = FilesWith(
            10_000,
            2_000,
            "ED2E37ED5A3A57D212141A69FE0A0DE5A7126FFBA14AC3F7E76F5F52CC04B1F0",
            "A69F2DAD024CA220A8C4D85F621FDF929042D40C444ABDE2868903E9220AD517",
            "862035B0A96959B614C9574F4C2B0AE9584CA234813E8D6D7ADB7838B12CA46B",
            "AA3F574D30AFAF0D4D9DA084A6F8541771E20693D6A97FAE6E9A4953FCA8F078"),
    };

    /// <summary>The data sets in this layout.</summary>
    public static ImmutableArray<IdxDefinition> Family { get; } = [Mnist, FashionMnist, FashionMnistSample];

    /// <inheritdoc/>
    public override Task<DatasetParts> LoadAsync(DatasetRequest request, CancellationToken cancellation) => IdxLoader.LoadAsync(this, request, cancellation);

    private static ImmutableArray<DatasetFile> FilesWith(int train, int test, string trainImages, string trainLabels, string testImages, string testLabels) =>
    [
        new("train-images-idx3-ubyte", 16 + (train * 784L), trainImages),
        new("train-labels-idx1-ubyte", 8 + train, trainLabels),
        new("t10k-images-idx3-ubyte", 16 + (test * 784L), testImages),
        new("t10k-labels-idx1-ubyte", 8 + test, testLabels),
    ];
}
