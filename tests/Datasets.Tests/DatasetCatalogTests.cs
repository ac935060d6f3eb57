// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Datasets.Tests;

public sealed class DatasetCatalogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Names_ListTheSets() =>
        Assert.Equal(["mnist", "fashionmnist", "fashionmnist-sample", "cifar10", "cifar100", "rock", "kws20", "speech_digits"], DatasetCatalog.Names);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SetAboveTheMemoryLimit_IsReadFromDiskWithTheSameSamples(bool packed)
    {
        TinyIdx.Write(_folder.At("data"), TinyIdx.Set(33, 8), packed: packed);
        DatasetRequest Request(long? limit, SplitRoles roles) => new() { DataDirectory = _folder.At("data"), CacheDirectory = _folder.At("cache"), MemoryLimit = limit, Roles = roles };
        foreach (SplitRoles roles in Enum.GetValues<SplitRoles>())
        {
            DatasetParts memory = DatasetCatalog.Load("mnist", Request(null, roles), Token);
            Samples.RequireEqual(memory, DatasetCatalog.Load("mnist", Request(41 * 784, roles), Token));
            Samples.RequireEqual(memory, DatasetCatalog.Load("mnist", Request((41 * 784) - 1, roles), Token));
        }

        Assert.True(File.Exists(_folder.At("cache", "mnist", "processed.npz")));
        byte[][] damaged = TinyIdx.Set(33, 8);
        damaged[0] = [.. damaged[0], 1];
        TinyIdx.Write(_folder.At("data"), damaged, packed: packed);
        Assert.Equal(_folder.At("data", TinyIdx.Names[0] + (packed ? ".gz" : "")), Assert.Throws<DatasetFormatException>(() => DatasetCatalog.Load("mnist", Request(0, SplitRoles.Named), Token)).File);
        Assert.DoesNotContain(_folder.AllFiles(), file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(5, -1)]
    [InlineData(5, 17)]
    public void RequestOutOfRange_IsRefused(long limit, int copies) =>
        Assert.Throws<ArgumentException>(() => DatasetCatalog.Load("mnist", new DatasetRequest { MemoryLimit = limit, AugmentedCopies = copies }, Token));

    [Fact]
    public void UnknownName_IsAnErrorThatListsTheKnownOnes()
    {
        UnknownDatasetException error = Assert.Throws<UnknownDatasetException>(() => Load("cifar11"));
        Assert.Equal("cifar11", error.Name);
        Assert.All(DatasetCatalog.Names, name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Parts_FollowThePermutationAndHoldByteMinus128()
    {
        TinyIdx.Write(_folder.Path, TinyIdx.Set(25, 7));
        DatasetParts parts = Load("mnist");
        int[] order = SplitPermutation.Make(25);
        Assert.Equal([22, 3, 7], [parts.Train.Count, parts.Valid.Count, parts.Test.Count]);
        Assert.Equal(["mnist/train", "mnist/valid", "mnist/test"], [parts.Train.Name, parts.Valid.Name, parts.Test.Name]);
        // The first pixel of every image is its number in the file.
        Assert.Equal(order[..3], Numbers(parts.Valid));
        Assert.Equal(order[3..], Numbers(parts.Train));
        Assert.Equal(Enumerable.Range(0, 7), Numbers(parts.Test));
        Assert.Equal(order[3..].Select(image => image % 10), Enumerable.Range(0, 22).Select(parts.Train.Label));
        Assert.Equal(new SampleShape(28, 28, 1), parts.Train.Shape);
        Assert.Equal(_folder.Path, parts.Folder);

        byte[] file = TinyIdx.Images(7);
        sbyte[] two = new sbyte[2 * 784];
        parts.Test.Fill([6, 0], two);
        Assert.Equal(file[(16 + (6 * 784))..].Concat(file[16..(16 + 784)]).Select(value => (sbyte)(value - 128)), two);
    }

    [Fact]
    public void SeedRoles_SwapValidAndTest()
    {
        TinyIdx.Write(_folder.Path, TinyIdx.Set(25, 7), packed: true);
        DatasetParts named = Load("mnist");
        DatasetParts seed = Load("mnist", SplitRoles.Seed);
        Assert.Equal(Numbers(named.Valid), Numbers(seed.Test));
        Assert.Equal(Numbers(named.Test), Numbers(seed.Valid));
        Assert.Equal(Numbers(named.Train), Numbers(seed.Train));
        Assert.Equal(["mnist/train", "mnist/valid (official test)", "mnist/test (hold-out)"], [seed.Train.Name, seed.Valid.Name, seed.Test.Name]);
    }

    [Fact]
    public void ClassNames_AreThoseOfTheSet()
    {
        TinyIdx.Write(_folder.Path, TinyIdx.Set(25, 7));
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], Load("mnist").Train.ClassNames);
        Assert.Equal(["top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"], Load("fashionmnist").Test.ClassNames);
    }

    [Theory]
    [InlineData("", false, false)]
    [InlineData("", true, true)]
    [InlineData("fashionmnist", false, true)]
    [InlineData("fashion-mnist", true, false)]
    public void Files_AreFoundInEverySpelling(string below, bool dotted, bool packed)
    {
        TinyIdx.Write(_folder.At(below), TinyIdx.Set(20, 5), dotted ? name => name.Replace("-idx", ".idx", StringComparison.Ordinal) : null, packed);
        DatasetParts parts = Load("fashionmnist");
        Assert.Equal([18, 2, 5], [parts.Train.Count, parts.Valid.Count, parts.Test.Count]);
    }

    [Fact]
    public void FolderOfTheSet_WinsOverItsParent()
    {
        TinyIdx.Write(_folder.Path, TinyIdx.Set(20, 5));
        TinyIdx.Write(_folder.At("mnist"), TinyIdx.Set(40, 6));
        Assert.Equal(36, Load("mnist").Train.Count);
    }

    [Fact]
    public void MissingFiles_AreNamedWithTheOptionThatHelps()
    {
        DatasetUnavailableException nothing = Assert.Throws<DatasetUnavailableException>(() => Load("mnist"));
        Assert.Contains(_folder.Path, nothing.Message, StringComparison.Ordinal);
        Assert.Contains("--data-dir", nothing.Message, StringComparison.Ordinal);

        TinyIdx.Write(_folder.At("mnist"), TinyIdx.Set(20, 5));
        File.Delete(_folder.At("mnist", "t10k-labels-idx1-ubyte"));
        DatasetUnavailableException one = Assert.Throws<DatasetUnavailableException>(() => Load("mnist"));
        Assert.Contains($"'{_folder.At("mnist")}' lacks t10k-labels-idx1-ubyte.", one.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GivenFolderThatLacksTheFiles_IsNotReplacedByAnotherPlace()
    {
        string missing = _folder.At("nowhere");
        var request = new DatasetRequest { DataDirectory = missing };
        Assert.Throws<DatasetUnavailableException>(() => DatasetCatalog.Load("fashionmnist-sample", request, Token));
        Assert.False(Directory.Exists(missing));
    }

    [Theory]
    [InlineData(1, "label names no class")]
    [InlineData(1, "more labels")]
    [InlineData(0, "other size")]
    [InlineData(0, "labels in the place of images")]
    [InlineData(3, "images in the place of labels")]
    [InlineData(0, "one image")]
    [InlineData(2, "cut off")]
    public void FilesThatDoNotFit_AreATypedErrorThatNamesTheFile(int place, string fault)
    {
        byte[][] files = TinyIdx.Set(20, 5);
        switch (fault)
        {
            case "label names no class": files[1][8 + 13] = 10; break;
            case "more labels": files[1] = TinyIdx.Labels(21); break;
            case "other size": files[0] = TinyIdx.Images(20, 28, 27); break;
            case "labels in the place of images": files[0] = TinyIdx.Labels(20); break;
            case "images in the place of labels": files[3] = TinyIdx.Images(5); break;
            case "one image": (files[0], files[1]) = (TinyIdx.Images(1), TinyIdx.Labels(1)); break;
            default: files[2] = files[2][..^100]; break;
        }

        TinyIdx.Write(_folder.Path, files);
        DatasetFormatException error = Assert.Throws<DatasetFormatException>(() => Load("mnist"));
        Assert.Equal(_folder.At(TinyIdx.Names[place]), error.File);
    }

    [Fact]
    public void IndexOrBufferOutOfRange_IsRefused()
    {
        TinyIdx.Write(_folder.Path, TinyIdx.Set(20, 5));
        SampleSource source = Load("mnist").Test;
        Assert.Throws<ArgumentOutOfRangeException>(() => source.Label(5));
        Assert.Throws<ArgumentOutOfRangeException>(() => source.Label(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => source.Fill([0, 5], new sbyte[2 * 784]));
        Assert.Throws<ArgumentException>(() => source.Fill([0, 1], new sbyte[(2 * 784) - 1]));
    }

    [Fact]
    public void CancelledLoad_Stops()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => DatasetCatalog.Load("fashionmnist-sample", new DatasetRequest(), stop.Token));
    }

    private static int[] Numbers(SampleSource source)
    {
        sbyte[] pixels = new sbyte[source.Count * source.Shape.Count];
        source.Fill([.. Enumerable.Range(0, source.Count)], pixels);
        return [.. Enumerable.Range(0, source.Count).Select(i => pixels[i * source.Shape.Count] + 128)];
    }

    private DatasetParts Load(string name, SplitRoles roles = SplitRoles.Named) =>
        DatasetCatalog.Load(name, new DatasetRequest { DataDirectory = _folder.Path, Roles = roles }, Token);
}
