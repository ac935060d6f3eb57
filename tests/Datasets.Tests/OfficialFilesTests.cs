// SPDX-License-Identifier: MIT
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Ai8x.Datasets.Processed;
using Ai8x.Datasets.Speech;
using Ai8x.Tensors;

namespace Ai8x.Datasets.Tests;

/// <summary>Checks on real data, where this machine has it; the bundled sample is always there.</summary>
public sealed class OfficialFilesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void BundledSample_LiesBesideTheProgramAndIsSplit()
    {
        DatasetParts parts = DatasetCatalog.Load("fashionmnist-sample", new DatasetRequest(), Token);
        Assert.Equal(Path.Combine(AppContext.BaseDirectory, "data", "fashion-mnist-sample"), parts.Folder);
        Assert.True(File.Exists(Path.Combine(parts.Folder, "NOTICE")));
        Assert.Equal([9_000, 1_000, 2_000], [parts.Train.Count, parts.Valid.Count, parts.Test.Count]);
        Assert.Equal([9, 2, 1, 1, 6, 1, 4, 6, 5, 7], Labels(parts.Test, 10));
    }

    [Fact]
    public void BundledSample_HasTheChecksumsOfItsDefinition()
    {
        IdxDefinition definition = IdxDefinition.FashionMnistSample;
        foreach (DatasetFile file in definition.Files)
        {
            byte[] content = TinyIdx.Gunzip(Path.Combine(AppContext.BaseDirectory, "data", "fashion-mnist-sample", file.Name + ".gz"));
            Assert.Equal(file.UnpackedBytes, content.Length);
            Assert.Equal(file.Sha256, Convert.ToHexString(SHA256.HashData(content)));
        }
    }

    [Fact]
    public void BundledSample_AskedForAsAnotherSet_IsRecognised()
    {
        var request = new DatasetRequest { DataDirectory = Path.Combine(AppContext.BaseDirectory, "data", "fashion-mnist-sample") };
        Assert.Equal(2_000, DatasetCatalog.Load("fashionmnist-sample", request, Token).Test.Count);
        DatasetFormatException error = Assert.Throws<DatasetFormatException>(() => DatasetCatalog.Load("fashionmnist", request, Token));
        Assert.Contains("'fashionmnist-sample'", error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void BundledSample_IsTheHeadOfTheOfficialFiles()
    {
        string folder = FashionFolder();
        foreach ((string name, int header, int size, int count) in new[] { (TinyIdx.Names[0], 16, 784, 10_000), (TinyIdx.Names[1], 8, 1, 10_000), (TinyIdx.Names[2], 16, 784, 2_000), (TinyIdx.Names[3], 8, 1, 2_000) })
        {
            byte[] official = TinyIdx.Gunzip(Path.Combine(folder, name + ".gz"));
            byte[] sample = TinyIdx.Gunzip(Path.Combine(AppContext.BaseDirectory, "data", "fashion-mnist-sample", name + ".gz"));
            Assert.Equal(header + (size * count), sample.Length);
            Assert.True(sample.AsSpan(header).SequenceEqual(official.AsSpan(header, size * count)), name);
            Assert.True(sample.AsSpan(8, header - 8).SequenceEqual(official.AsSpan(8, header - 8)), name);
        }
    }

    [Fact]
    public void Mnist_HasTheOfficialContent()
    {
        string folder = MnistFolder();
        RequireMd5(folder, "6bbc9ace898e44ae57da46a324031adb", "a25bea736e30d166cdddb491f175f624", "2646ac647ad5339dbf082846283269ea", "27ae3e4e09519cfbb04c329615203637");
        DatasetParts parts = DatasetCatalog.Load("mnist", new DatasetRequest { DataDirectory = Path.GetDirectoryName(folder) }, Token);
        Assert.Equal(folder, parts.Folder);
        Assert.Equal([54_000, 6_000, 10_000], [parts.Train.Count, parts.Valid.Count, parts.Test.Count]);
        Assert.Equal([7, 2, 1, 0, 4, 1, 4, 9, 5, 9], Labels(parts.Test, 10));
        RequireSplit(folder, parts);
        DatasetFormatException error = Assert.Throws<DatasetFormatException>(() => DatasetCatalog.Load("fashionmnist", new DatasetRequest { DataDirectory = folder }, Token));
        Assert.Contains("'mnist'", error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void FashionMnist_OfTheSystem_HasTheOfficialContent()
    {
        string folder = FashionFolder();
        RequireMd5(folder, "f4a8712d7a061bf5bd6d2ca38dc4d50a", "9018921c3c673c538a1fc5bad174d6f9", "8181f5470baa50b63fa0f6fddb340f0a", "15d484375f8d13e6eb1aabb0c3f46965");
        DatasetParts parts = DatasetCatalog.Load("fashionmnist", new DatasetRequest(), Token);
        Assert.Equal(folder, parts.Folder);
        Assert.Equal([54_000, 6_000, 10_000], [parts.Train.Count, parts.Valid.Count, parts.Test.Count]);
        Assert.Equal([9, 2, 1, 1, 6, 1, 4, 6, 5, 7], Labels(parts.Test, 10));
        RequireSplit(folder, parts);
    }

    [Fact]
    public void SpokenDigits_AreReadFromTheirArchive()
    {
        string archive = Shared("speech_digits.tar.gz");
        using var cache = new TemporaryFolder();
        var request = new DatasetRequest { DataDirectory = Path.GetDirectoryName(archive), CacheDirectory = cache.Path, AugmentedCopies = 0 };
        DatasetParts parts = DatasetCatalog.Load("speech_digits", request, Token);
        Assert.Equal(archive, parts.Folder);
        Assert.Equal([2430, 340, 230], [parts.Train.Count, parts.Valid.Count, parts.Test.Count]);
        Assert.Equal(["eight", "five", "four", "nine", "one", "seven", "six", "three", "two", "zero"], parts.Train.ClassNames);
        int[] labels = [.. Samples.Labels(parts.Train), .. Samples.Labels(parts.Valid), .. Samples.Labels(parts.Test)];
        Assert.All(labels.CountBy(label => label), count => Assert.Equal(300, count.Value));

        // The recordings once more, through the system's reader of archives; a canonical header has 44 bytes.
        (string Path, byte[] Wav)[] test = [.. TestRecordings(archive).OrderBy(file => file.Path, StringComparer.Ordinal)];
        Assert.Equal(230, test.Length);
        for (int i = 0; i < test.Length; i++)
        {
            short[] samples = [.. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, short>(test[i].Wav.AsSpan(44))];
            Assert.Equal(samples.Concat(new short[16384]).Take(16384).Select(value => (sbyte)Math.Min(127, Math.Round(value / 256m, MidpointRounding.ToEven))), Samples.Of(parts.Test, i));
        }
    }

    private static IEnumerable<(string Path, byte[] Wav)> TestRecordings(string archive)
    {
        using var reader = new TarReader(new GZipStream(File.OpenRead(archive), CompressionMode.Decompress));
        while (reader.GetNextEntry() is { } entry)
        {
            if (!entry.Name.EndsWith(".wav", StringComparison.Ordinal) || SpeechSplit.PartOf(Path.GetFileName(entry.Name)) != SplitPart.Test) continue;
            byte[] wav = new byte[entry.Length];
            entry.DataStream!.ReadExactly(wav);
            yield return (entry.Name, wav);
        }
    }

    private static void RequireSplit(string folder, DatasetParts parts)
    {
        // The published permutation begins 12628, 37730, 39991, 8525.
        byte[] images = TinyIdx.Gunzip(Path.Combine(folder, TinyIdx.Names[0] + ".gz"));
        byte[] labels = TinyIdx.Gunzip(Path.Combine(folder, TinyIdx.Names[1] + ".gz"));
        Assert.Equal([labels[8 + 12_628], labels[8 + 37_730], labels[8 + 39_991], labels[8 + 8_525]], Labels(parts.Valid, 4));
        sbyte[] pixels = new sbyte[784];
        parts.Valid.Fill([1], pixels);
        Assert.Equal(images.Skip(16 + (37_730 * 784)).Take(784).Select(value => (sbyte)(value - 128)), pixels);
    }

    private static void RequireMd5(string folder, params string[] expected)
    {
#pragma warning disable CA5351 // The published checksums of these files are MD5; nothing is protected by them.
        Assert.Equal(expected, TinyIdx.Names.Select(name => Convert.ToHexStringLower(MD5.HashData(TinyIdx.Gunzip(Path.Combine(folder, name + ".gz"))))));
#pragma warning restore CA5351
        ReadOnlySpan<IdxDefinition> known = [IdxDefinition.Mnist, IdxDefinition.FashionMnist];
        foreach (IdxDefinition definition in known)
        {
            if (!folder.Replace("-", "", StringComparison.Ordinal).EndsWith("/" + definition.Name, StringComparison.Ordinal)) continue;
            Assert.Equal(definition.Files.Select(file => file.Sha256), TinyIdx.Names.Select(name => Convert.ToHexString(SHA256.HashData(TinyIdx.Gunzip(Path.Combine(folder, name + ".gz"))))));
        }
    }

    private static int[] Labels(SampleSource source, int count) => [.. Enumerable.Range(0, count).Select(source.Label)];

    private static string FashionFolder()
    {
        string folder = IdxDefinition.FashionMnist.SystemFolder!;
        Assert.SkipUnless(Directory.Exists(folder), "The system's package of Fashion-MNIST is not installed.");
        return folder;
    }

    private static string MnistFolder() => Shared("mnist");

    private static string Shared(string name)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Ai8x.Managed.sln"))) continue;
            string path = Path.Combine(folder.Parent!.FullName, "shared", "data", name);
            Assert.SkipUnless(Path.Exists(path), "No folder with real data beside the repository.");
            return path;
        }

        Assert.Skip("The tests do not run from inside the repository.");
        return "";
    }
}
