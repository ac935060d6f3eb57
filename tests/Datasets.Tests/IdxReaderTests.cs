// SPDX-License-Identifier: MIT
namespace Ai8x.Datasets.Tests;

public sealed class IdxReaderTests : IDisposable
{
    private const string Name = "folder/images.idx";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Images_PlainOrPacked_AreReadWhateverTheFileIsCalled(bool packed)
    {
        byte[] file = TinyIdx.Images(3, 5, 4);
        string path = _folder.At(packed ? "plain-name" : "name.gz");
        File.WriteAllBytes(path, packed ? TinyIdx.Gzip(file) : file);
        IdxArray array = IdxReader.Read(path);
        Assert.Equal([3, 5, 4], array.Dimensions);
        Assert.Equal(file[16..], array.Data.ToArray());
        Assert.Equal(path, array.Source);
        Assert.Equal(file, array.ToFileBytes());
    }

    [Fact]
    public void Labels_HaveOneAxis()
    {
        IdxArray array = Read(TinyIdx.Labels(12));
        Assert.Equal([12], array.Dimensions);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1], array.Data.ToArray());
    }

    [Theory]
    [InlineData("", "ends inside its header")]
    [InlineData("000008", "ends inside its header")]
    [InlineData("0000080300000001", "ends inside its header")]
    [InlineData("010008010000000100", "not an IDX file")]
    [InlineData("00000D010000000100000000", "not an IDX file")]
    [InlineData("0000080000000001", "not an IDX file")]
    [InlineData("0000080500000001", "not an IDX file")]
    [InlineData("0000080100000000", "impossible length")]
    [InlineData("00000801FFFFFFFF00", "impossible length")]
    [InlineData("000008030001000000010000000100000000", "claims more values")]
    [InlineData("000008034000000040000000400000000000", "claims more values")]
    [InlineData("00000801000000020000FF", "disagree")]
    [InlineData("000008010000000201", "disagree")]
    public void MalformedContent_IsATypedErrorThatNamesTheFile_PlainAndPacked(string hex, string problem)
    {
        byte[] content = Convert.FromHexString(hex);
        foreach (byte[] stored in new[] { content, TinyIdx.Gzip(content) })
        {
            DatasetFormatException error = Assert.Throws<DatasetFormatException>(() => Read(stored));
            Assert.Equal(Name, error.File);
            Assert.StartsWith(Name + ": ", error.Message, StringComparison.Ordinal);
            Assert.Contains(problem, error.Problem, StringComparison.Ordinal);
            Assert.All([error.Rule, error.Actual, error.Advice], text => Assert.NotEmpty(text));
        }
    }

    [Fact]
    public void PackedFile_CutAnywhere_IsAnError()
    {
        byte[] packed = TinyIdx.Gzip(TinyIdx.Images(2, 6, 6));
        for (int length = 0; length < packed.Length; length++)
        {
            byte[] cut = packed[..length];
            Assert.Equal(Name, Assert.Throws<DatasetFormatException>(() => Read(cut)).File);
        }
    }

    [Fact]
    public void PackedFile_FollowedByOtherBytes_IsAnError()
    {
        byte[] packed = TinyIdx.Gzip(TinyIdx.Labels(30));
        Assert.Throws<DatasetFormatException>(() => Read([.. packed, 0]));
        Assert.Throws<DatasetFormatException>(() => Read([.. packed, 1, 2, 3, 4, 5, 6, 7, 8]));
        Assert.Throws<DatasetFormatException>(() => Read([.. packed, .. packed]));
    }

    [Fact]
    public void PackedFile_WithAWrongChecksum_IsAnError()
    {
        byte[] packed = TinyIdx.Gzip(TinyIdx.Labels(30));
        packed[^8] ^= 1;
        Assert.Contains("damaged", Assert.Throws<DatasetFormatException>(() => Read(packed)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void HeaderOfASmallPackedFile_ThatClaimsAGigabyte_TakesNoMemory()
    {
        byte[] file = TinyIdx.Labels(100);
        file[4] = 0x3f;
        byte[] packed = TinyIdx.Gzip(file);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<DatasetFormatException>(() => Read(packed));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void PackedFile_ThatUnpacksToFarMoreThanItsHeaderSays_IsLeftEarly()
    {
        byte[] bomb = new byte[32 << 20];
        TinyIdx.Labels(100).CopyTo(bomb, 0);
        byte[] packed = TinyIdx.Gzip(bomb);
        long before = GC.GetAllocatedBytesForCurrentThread();
        DatasetFormatException error = Assert.Throws<DatasetFormatException>(() => Read(packed));
        Assert.Contains("more bytes behind", error.Actual, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void MutatedFiles_GiveValuesOrATypedError_AndTakeLittleMemory()
    {
        byte[][] seeds = [TinyIdx.Images(3, 7, 5), TinyIdx.Labels(40), TinyIdx.Gzip(TinyIdx.Images(3, 7, 5)), TinyIdx.Gzip(TinyIdx.Labels(40))];
        var random = new Random(20_240_817);
        int errors = 0;
        for (int round = 0; round < 2000; round++)
        {
            byte[] file = Mutated(seeds[round % seeds.Length], random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                IdxArray array = Read(file);
                Assert.Equal(array.Dimensions.Aggregate(1L, (product, length) => product * length), array.Data.Length);
            }
            catch (DatasetFormatException error)
            {
                Assert.Equal(Name, error.File);
                errors++;
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 << 20);
        }

        Assert.InRange(errors, 500, 2000);
    }

    [Fact]
    public void EmptyFile_IsAnError()
    {
        string path = _folder.At("empty");
        File.WriteAllBytes(path, []);
        Assert.Equal(path, Assert.Throws<DatasetFormatException>(() => IdxReader.Read(path)).File);
    }

    [Fact]
    public void MissingFile_IsAnErrorOfTheFileSystem() => Assert.ThrowsAny<IOException>(() => IdxReader.Read(_folder.At("missing")));

    [Fact]
    public void Device_IsRefusedWithoutReadingIt_AlsoBehindALink()
    {
        const string Endless = "/dev/zero";
        Assert.SkipUnless(File.Exists(Endless), "This system has no such device.");
        string link = _folder.At("link");
        File.CreateSymbolicLink(link, Endless);
        foreach (string path in new[] { Endless, link })
        {
            Assert.Equal(path, Assert.Throws<DatasetFormatException>(() => IdxReader.Read(path)).File);
        }
    }

    [Fact]
    public void LinkToAFile_IsReadLikeTheFile()
    {
        File.WriteAllBytes(_folder.At("file"), TinyIdx.Labels(3));
        File.CreateSymbolicLink(_folder.At("link"), _folder.At("file"));
        Assert.Equal([3], IdxReader.Read(_folder.At("link")).Dimensions);
    }

    [Fact]
    public void StreamThatCannotSeek_IsRefused()
    {
        using var inner = new MemoryStream(TinyIdx.Labels(3));
        using var stream = new System.IO.Compression.GZipStream(inner, System.IO.Compression.CompressionMode.Decompress);
        Assert.Throws<ArgumentException>(() => IdxReader.Read(stream, Name));
    }

    private static byte[] Mutated(byte[] file, Random random)
    {
        var bytes = file.ToList();
        for (int change = random.Next(1, 4); change > 0 && bytes.Count > 0; change--)
        {
            // Half of the changes hit the header, where they hurt most.
            int place = random.Next(random.Next(2) == 0 ? Math.Min(bytes.Count, 24) : bytes.Count);
            switch (random.Next(5))
            {
                case 0: bytes[place] = (byte)random.Next(256); break;
                case 1: bytes[place] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.RemoveRange(place, Math.Min(random.Next(1, 9), bytes.Count - place)); break;
                case 3: bytes.Insert(place, (byte)random.Next(256)); break;
                default: bytes.AddRange(bytes.Take(random.Next(1, 9)).ToArray()); break;
            }
        }

        return [.. bytes];
    }

    private static IdxArray Read(byte[] file)
    {
        using var stream = new MemoryStream(file);
        return IdxReader.Read(stream, Name);
    }
}
