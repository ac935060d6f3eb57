// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Datasets.Tests.Images;

public sealed class CifarTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("cifar10", false)]
    [InlineData("cifar10", true)]
    [InlineData("cifar100", false)]
    [InlineData("cifar100", true)]
    public void Records_BecomeInterleavedSamplesOfTheSplit(string name, bool archive)
    {
        bool ten = name == "cifar10";
        Dictionary<string, byte[]> files = ten ? Cifar10() : Cifar100();
        Write(name, files, archive);
        DatasetParts parts = Load(name);
        int official = ten ? 23 : 25;
        int held = 3;
        Assert.Equal([official - held, held, 4], [parts.Train.Count, parts.Valid.Count, parts.Test.Count]);
        Assert.Equal(new SampleShape(32, 32, 3), parts.Train.Shape);
        int[] order = SplitPermutation.Make(official);
        byte[] train = ten ? [.. Enumerable.Range(1, 5).SelectMany(i => files[$"data_batch_{i}.bin"])] : files["train.bin"];
        int labels = ten ? 1 : 2;
        for (int i = 0; i < official; i++)
        {
            (SampleSource source, int place) = i < held ? (parts.Valid, i) : (parts.Train, i - held);
            RequireRecord(train, order[i], labels, source, place);
        }

        byte[] test = files[ten ? "test_batch.bin" : "test.bin"];
        for (int i = 0; i < 4; i++) RequireRecord(test, i, labels, parts.Test, i);
        Samples.RequireEqual(parts, Load(name, limit: 1000));
    }

    [Fact]
    public void ClassNames_AreThoseOfTheSets()
    {
        Write("cifar10", Cifar10(), archive: true);
        Write("cifar100", Cifar100(), archive: true);
        Assert.Equal(["plane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"], Load("cifar10").Train.ClassNames);
        string[] names = [.. Load("cifar100").Train.ClassNames];
        Assert.Equal(100, names.Distinct().Count());
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.Equal(("apple", "worm"), (names[0], names[^1]));
    }

    [Theory]
    [InlineData("cut off inside a record", "whole images")]
    [InlineData("label", "names no class")]
    [InlineData("missing", "Files are missing")]
    [InlineData("twice", "twice")]
    [InlineData("empty", "whole images")]
    [InlineData("archive cut off", "")]
    [InlineData("archive damaged", "")]
    [InlineData("outside", "outside")]
    [InlineData("absolute", "outside")]
    [InlineData("link", "no plain file")]
    public void HostileArchives_AreATypedError_AndLeaveNoCache(string fault, string problem)
    {
        Dictionary<string, byte[]> files = Cifar10();
        string file = _folder.At("cifar10", "cifar-10-binary.tar.gz");
        switch (fault)
        {
            case "cut off inside a record": files["data_batch_3.bin"] = files["data_batch_3.bin"][..^10]; break;
            case "label": files["data_batch_2.bin"][3073] = 10; break;
            case "missing": files.Remove("data_batch_4.bin"); break;
            case "empty": files["test_batch.bin"] = []; break;
        }

        Write("cifar10", files, archive: true);
        byte[] entries = [.. files.SelectMany(member => TinyArchive.Entry("cifar-10-batches-bin/" + member.Key, member.Value))];
        byte[] packed = File.ReadAllBytes(file);
        byte[]? changed = fault switch
        {
            "twice" => TinyIdx.Gzip(TinyArchive.Ended([.. entries, .. TinyArchive.Entry("other/test_batch.bin", files["test_batch.bin"])])),
            "outside" => TinyIdx.Gzip(TinyArchive.Ended([.. entries, .. TinyArchive.Entry("a/../../test.bin", [1])])),
            "absolute" => TinyIdx.Gzip(TinyArchive.Ended([.. entries, .. TinyArchive.Entry("/etc/test.bin", [1])])),
            "link" => TinyIdx.Gzip(TinyArchive.Ended([.. entries, .. TinyArchive.Entry("cifar-10-batches-bin/readme", [], '2', link: "/etc/passwd")])),
            "archive cut off" => packed[..(packed.Length - 300)],
            "archive damaged" => [.. packed[..(packed.Length / 2)], .. packed[(packed.Length / 2)..].Select(value => (byte)(value ^ 5))],
            _ => null,
        };
        if (changed is not null) File.WriteAllBytes(file, changed);
        DatasetFormatException error = Assert.Throws<DatasetFormatException>(() => Load("cifar10"));
        Assert.StartsWith(file, error.File, StringComparison.Ordinal);
        Assert.Contains(problem, error.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.AllFiles(), name => name.StartsWith("cache", StringComparison.Ordinal));
    }

    private static Dictionary<string, byte[]> Cifar10()
    {
        var files = new Dictionary<string, byte[]>();
        for (int i = 1; i <= 5; i++) files[$"data_batch_{i}.bin"] = Records(i == 5 ? 3 : 5, 1, i);
        files["test_batch.bin"] = Records(4, 1, 9);
        return files;
    }

    private static Dictionary<string, byte[]> Cifar100() => new() { ["train.bin"] = Records(25, 2, 1), ["test.bin"] = Records(4, 2, 2) };

    private static byte[] Records(int count, int labels, int seed)
    {
        byte[] records = new byte[count * (labels + 3072)];
        new Random(seed).NextBytes(records);
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < labels; j++) records[(i * (labels + 3072)) + j] %= 10;
        }

        return records;
    }

    private static void RequireRecord(byte[] file, int record, int labels, SampleSource source, int place)
    {
        int start = record * (labels + 3072);
        Assert.Equal(file[start + labels - 1], source.Label(place));
        sbyte[] sample = Samples.Of(source, place);
        for (int y = 0; y < 32; y++)
        {
            for (int x = 0; x < 32; x++)
            {
                for (int c = 0; c < 3; c++) Assert.Equal(file[start + labels + (c * 1024) + (y * 32) + x] - 128, sample[(((y * 32) + x) * 3) + c]);
            }
        }
    }

    private void Write(string name, Dictionary<string, byte[]> files, bool archive)
    {
        (string folder, string inner) = name == "cifar10" ? ("cifar10", "cifar-10-batches-bin") : ("cifar100", "cifar-100-binary");
        string target = archive ? _folder.At(folder) : _folder.At(folder, inner);
        Directory.CreateDirectory(target);
        if (archive) File.WriteAllBytes(Path.Combine(target, name.Replace("cifar", "cifar-", StringComparison.Ordinal) + "-binary.tar.gz"), TinyArchive.TarGz([.. files.Select(file => ($"{inner}/{file.Key}", file.Value))]));
        else foreach ((string file, byte[] content) in files) File.WriteAllBytes(Path.Combine(target, file), content);
    }

    private DatasetParts Load(string name, long? limit = null) =>
        DatasetCatalog.Load(name, new DatasetRequest { DataDirectory = _folder.Path, CacheDirectory = _folder.At("cache"), MemoryLimit = limit }, Token);
}
