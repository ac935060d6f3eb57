// SPDX-License-Identifier: MIT
using Ai8x.Datasets.Images;
using Ai8x.Tensors;

namespace Ai8x.Datasets.Tests.Images;

public sealed class RockTests : IDisposable
{
    private static readonly string[] Classes = ["rock", "paper", "scissors"];

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true, 4)]
    [InlineData(false, 3)]
    public void Images_AreResizedAndCutIntoParts(bool zipped, int channels)
    {
        Write(zipped, channels, side: 300);
        DatasetParts parts = Load();
        Assert.Equal([6, 3, 2], [parts.Train.Count, parts.Valid.Count, parts.Test.Count]);
        Assert.Equal(Classes, parts.Train.ClassNames);
        Assert.Equal(new SampleShape(64, 64, 3), parts.Train.Shape);
        // Paths in order: paper, rock, scissors.
        Assert.Equal([1, 1, 0, 0, 2, 2], Samples.Labels(parts.Train));
        for (int i = 0; i < 6; i++) Assert.Equal(Expected(Samples.Labels(parts.Train)[i], i % 2), Samples.Of(parts.Train, i));

        (int Label, int Number)[] byPath = [(1, 0), (1, 1), (0, 0), (0, 1), (2, 0)];
        (int Label, int Number)[] mixed = [.. SplitPermutation.Make(5).Select(i => byPath[i])];
        for (int i = 0; i < 5; i++)
        {
            (SampleSource source, int place) = i < 2 ? (parts.Test, i) : (parts.Valid, i - 2);
            Assert.Equal(mixed[i].Label, source.Label(place));
            Assert.Equal(Expected(mixed[i].Label, 10 + mixed[i].Number), Samples.Of(source, place));
        }

        Samples.RequireEqual(parts, Load(limit: 0));
    }

    [Theory]
    [InlineData("other class", "no folder of a class")]
    [InlineData("class missing", "has no images")]
    [InlineData("not square", "unusable size")]
    [InlineData("huge", "unusable size")]
    [InlineData("bomb", "another amount")]
    [InlineData("no image", "no PNG")]
    [InlineData("cut off", "cut off")]
    [InlineData("outside", "outside")]
    [InlineData("link", "no plain file")]
    [InlineData("zip cut off", "damaged")]
    [InlineData("wrong checksum", "damaged")]
    [InlineData("twice", "twice")]
    public void HostileArchives_AreATypedError_AndLeaveNoCache(string fault, string problem)
    {
        Write(zipped: true, channels: 3, side: 20);
        byte[] png = TinyArchive.Png(8, 8, 3, (_, _, _) => 1);
        byte[] huge = [.. png];
        huge[16] = huge[20] = 0x10;
        (string, byte[])[] members = [.. Members("rps", 0, 2, 3, side: 20)];
        (string, byte[])? extra = fault switch
        {
            "other class" => ("rps/lizard/0.png", png),
            "not square" => ("rps/rock/x.png", TinyArchive.Png(8, 9, 3, (_, _, _) => 1)),
            "huge" => ("rps/rock/x.png", huge),
            "bomb" => ("rps/rock/x.png", Bomb()),
            "no image" => ("rps/rock/x.png", "GIF89a and so on, a file of another kind that is long enough"u8.ToArray()),
            "cut off" => ("rps/rock/x.png", png[..^20]),
            "outside" => ("../rps/rock/x.png", png),
            "twice" => members[0],
            _ => null,
        };
        byte[] zip = TinyArchive.Zip(fault == "class missing" ? [.. members.Where(member => !member.Item1.Contains("/paper/", StringComparison.Ordinal))] : extra is { } added ? [.. members, added] : members);
        if (fault == "zip cut off") zip = zip[..^30];
        int directory = zip.AsSpan().IndexOf("PK\u0001\u0002"u8);
        if (fault == "wrong checksum") zip[directory + 16] ^= 0x55;
        if (fault == "link") zip[directory + 41] = 0xA1;

        string file = _folder.At("rock", "rps.zip");
        File.WriteAllBytes(file, zip);
        DatasetFormatException error = Assert.Throws<DatasetFormatException>(() => Load());
        Assert.StartsWith(file, error.File, StringComparison.Ordinal);
        Assert.Contains(problem, error.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.AllFiles(), name => name.StartsWith("cache", StringComparison.Ordinal));
    }

    /// <summary>600 rows and columns of pixels under a header that says 88.</summary>
    private static byte[] Bomb()
    {
        byte[] png = TinyArchive.Png(600, 600, 3, (_, _, _) => 0);
        png[18] = png[22] = 0;
        return png;
    }

    private static byte Pixel(int label, int number, int y, int x, int c) => (byte)((y * 3) + (x * 5) + (c * 70) + (label * 31) + (number * 17));

    private static IEnumerable<(string Path, byte[] Content)> Members(string root, int firstNumber, int count, int channels, int side, int fewerOfLast = 0)
    {
        for (int label = 0; label < 3; label++)
        {
            for (int i = 0; i < count - (label == 2 ? fewerOfLast : 0); i++)
            {
                (int l, int n) = (label, firstNumber + i);
                yield return ($"{root}/{Classes[label]}/{Classes[label]}{n:00}.png", TinyArchive.Png(side, side, channels, (y, x, c) => Pixel(l, n, y, x, c)));
            }
        }
    }

    private static sbyte[] Expected(int label, int number)
    {
        byte[] large = new byte[300 * 300 * 3];
        for (int i = 0; i < large.Length; i++) large[i] = Pixel(label, number, i / 900, i / 3 % 300, i % 3);
        byte[] small = new byte[64 * 64 * 3];
        BilinearResize.Resize(large, 300, small, 64);
        return [.. small.Select(value => (sbyte)(value - 128))];
    }

    private void Write(bool zipped, int channels, int side)
    {
        foreach ((string root, (string Path, byte[] Content)[] members) in new[] { ("rps", Members("rps", 0, 2, channels, side).ToArray()), ("rps-test-set", [.. Members("rps-test-set", 10, 2, channels, side, fewerOfLast: 1)]) })
        {
            Directory.CreateDirectory(_folder.At("rock"));
            if (zipped) File.WriteAllBytes(_folder.At("rock", root + ".zip"), TinyArchive.Zip(members));
            if (zipped) continue;
            foreach ((string path, byte[] content) in members)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(_folder.At("rock", path))!);
                File.WriteAllBytes(_folder.At("rock", path), content);
            }
        }
    }

    private DatasetParts Load(long? limit = null) =>
        DatasetCatalog.Load("rock", new DatasetRequest { DataDirectory = _folder.Path, CacheDirectory = _folder.At("cache"), MemoryLimit = limit }, Token);
}
