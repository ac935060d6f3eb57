// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Security.Cryptography;
using Ai8x.Datasets.Archives;

namespace Ai8x.Datasets.Images;

/// <summary>CIFAR-10 and CIFAR-100 in their binary form (training-flow.md section 4.1).</summary>
internal sealed record CifarDefinition : PreparedDefinition
{
    /// <summary>Rows and columns of an image.</summary>
    public const int Side = 32;

    /// <summary>Names of the classes.</summary>
    public required ImmutableArray<string> ClassNames { get; init; }

    /// <summary>Folder in the archive.</summary>
    public required string ArchiveFolder { get; init; }

    /// <summary>Files of the official training part, in their order.</summary>
    public required ImmutableArray<string> TrainFiles { get; init; }

    /// <summary>File of the official test part.</summary>
    public required string TestFile { get; init; }

    /// <summary>Bytes before the pixels of a record; the last one is the label.</summary>
    public required int LabelBytes { get; init; }

    /// <summary>Bytes of a record: labels, then red, green and blue planes, row-major.</summary>
    public int RecordBytes => LabelBytes + (3 * Side * Side);

    public static CifarDefinition Cifar10 { get; } = new()
    {
        Name = "cifar10",
        FolderNames = ["cifar10", "cifar-10"],
        ClassNames = ["plane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
        Shape = new(Side, Side, 3),
        ArchiveFolder = "cifar-10-batches-bin",
        TrainFiles = ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"],
        TestFile = "test_batch.bin",
        LabelBytes = 1,
        Archives = [Official("cifar-10-binary.tar.gz", "C32A1D4AB5D03F1284B67883E8D87530")],
    };

    public static CifarDefinition Cifar100 { get; } = new()
    {
        Name = "cifar100",
        FolderNames = ["cifar100", "cifar-100"],
        ClassNames =
        [
            "apple", "aquarium_fish", "baby", "bear", "beaver", "bed", "bee", "beetle", "bicycle", "bottle",
            "bowl", "boy", "bridge", "bus", "butterfly", "camel", "can", "castle", "caterpillar", "cattle",
            "chair", "chimpanzee", "clock", "cloud", "cockroach", "couch", "crab", "crocodile", "cup", "dinosaur",
            "dolphin", "elephant", "flatfish", "forest", "fox", "girl", "hamster", "house", "kangaroo", "keyboard",
            "lamp", "lawn_mower", "leopard", "lion", "lizard", "lobster", "man", "maple_tree", "motorcycle", "mountain",
            "mouse", "mushroom", "oak_tree", "orange", "orchid", "otter", "palm_tree", "pear", "pickup_truck", "pine_tree",
            "plain", "plate", "poppy", "porcupine", "possum", "rabbit", "raccoon", "ray", "road", "rocket",
            "rose", "sea", "seal", "shark", "shrew", "skunk", "skyscraper", "snail", "snake", "spider",
            "squirrel", "streetcar", "sunflower", "sweet_pepper", "table", "tank", "telephone", "television", "tiger", "tractor",
            "train", "trout", "tulip", "turtle", "wardrobe", "whale", "willow_tree", "wolf", "woman", "worm",
        ],
        Shape = new(Side, Side, 3),
        ArchiveFolder = "cifar-100-binary",
        TrainFiles = ["train.bin"],
        TestFile = "test.bin",
        LabelBytes = 2,
        Archives = [Official("cifar-100-binary.tar.gz", "03B5DCE01913D631647C71ECEC9E9CB8")],
    };

    /// <inheritdoc/>
    public override string Wanted => $"{Archives[0].FileName}, or its files {string.Join(", ", TrainFiles)} and {TestFile}";

    /// <inheritdoc/>
    public override ImmutableArray<MemberSource>? Find(string folder)
    {
        string[] folders = [folder, Path.Combine(folder, ArchiveFolder)];
        string? unpacked = folders.FirstOrDefault(path => File.Exists(Path.Combine(path, TrainFiles[0])));
        if (unpacked is not null) return [new FolderSource(unpacked, depth: 0)];
        string archive = Path.Combine(folder, Archives[0].FileName);
        return File.Exists(archive) ? [new TarGzSource(archive)] : null;
    }

    /// <inheritdoc/>
    public override SampleSurvey Survey(ImmutableArray<MemberSource> sources, DatasetRequest request, CancellationToken cancellation) =>
        CifarSurvey.Of(this, sources[0], cancellation);

    private static RemoteFile Official(string name, string md5) =>
        new(new Uri("https://www.cs.toronto.edu/~kriz/" + name), name, new StoredChecksum(HashAlgorithmName.MD5, md5, 1L << 30));
}
