// SPDX-License-Identifier: MIT
using System.Text;
using Ai8x.Datasets.Archives;

namespace Ai8x.Datasets.Tests.Archives;

public sealed class TarGzSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Members_ComeWithTheirContents(bool packed)
    {
        byte[] large = [.. Enumerable.Range(0, 70_001).Select(i => (byte)(i * 7))];
        byte[] tar = TinyArchive.Tar(("./a/one.bin", [1, 2, 3]), ("a/empty.bin", []), ("b.bin", large));
        Assert.Equal([("a/one.bin", 3), ("a/empty.bin", 0), ("b.bin", 70_001)], Read(packed ? TinyIdx.Gzip(tar) : tar).Select(member => (member.Path, member.Content.Length)));
        Assert.Equal(large, Read(tar)[2].Content);
    }

    [Fact]
    public void MembersThatAreNotRead_AreSkipped()
    {
        File.WriteAllBytes(_folder.At("a.tar.gz"), TinyArchive.TarGz(("a", new byte[1000]), ("b", [7]), ("c", new byte[600])));
        foreach (ArchiveMember member in new TarGzSource(_folder.At("a.tar.gz")).Members(Token))
        {
            if (member.Path == "b") Assert.Equal([7], member.ReadAll(10));
        }
    }

    [Fact]
    public void ArchivesOfTheSystem_AreRead_WithLongNamesInEveryFormat()
    {
        string folder = _folder.At("tree", string.Concat(Enumerable.Repeat("long-", 18)), string.Concat(Enumerable.Repeat("name-", 16)));
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "file.txt"), "content");
        foreach (System.Formats.Tar.TarEntryFormat format in new[] { System.Formats.Tar.TarEntryFormat.Gnu, System.Formats.Tar.TarEntryFormat.Pax, System.Formats.Tar.TarEntryFormat.Ustar })
        {
            string path = _folder.At("system.tar");
            using (var writer = new System.Formats.Tar.TarWriter(File.Create(path), format))
            {
                writer.WriteEntry(Path.Combine(folder, "file.txt"), Path.GetRelativePath(_folder.At("tree"), Path.Combine(folder, "file.txt")));
            }

            (string name, byte[] content) = Assert.Single(Read(File.ReadAllBytes(path)));
            Assert.Equal(Path.GetRelativePath(_folder.At("tree"), Path.Combine(folder, "file.txt")), name);
            Assert.Equal("content", Encoding.UTF8.GetString(content));
        }
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("/x")]
    [InlineData("C:/x")]
    [InlineData("a\\..\\x")]
    public void PathsThatLeadOut_AreRefused(string path)
    {
        DatasetFormatException error = Assert.Throws<DatasetFormatException>(() => Read(TinyArchive.Tar((path, [1]))));
        Assert.Contains("outside", error.Problem, StringComparison.Ordinal);
        Assert.Contains(path, error.Actual, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('1', "hard link")]
    [InlineData('2', "symbolic link")]
    [InlineData('3', "type '3'")]
    public void Links_AreRefused(char kind, string actual) =>
        Assert.Contains(actual, Assert.Throws<DatasetFormatException>(() => Read(TinyArchive.Ended(TinyArchive.Entry("a", [], kind, link: "b")))).Actual, StringComparison.Ordinal);

    [Theory]
    [InlineData("size beyond the file")]
    [InlineData("size of terabytes")]
    [InlineData("long name of gigabytes")]
    [InlineData("checksum")]
    [InlineData("no end mark")]
    [InlineData("cut off")]
    [InlineData("text")]
    [InlineData("empty")]
    [InlineData("twice")]
    public void DamagedArchives_AreATypedError(string fault)
    {
        byte[] good = TinyArchive.Tar(("a", [.. new byte[700]]), ("b", [1]));
        byte[] wrong = [.. good];
        wrong[20] ^= 1;
        byte[] bad = fault switch
        {
            "size beyond the file" => TinyArchive.Ended(TinyArchive.Entry("a", [1, 2, 3], size: 100_000)),
            "size of terabytes" => TinyArchive.Ended(TinyArchive.Entry("a", [1, 2, 3], size: (1L << 33) - 1)),
            "long name of gigabytes" => TinyArchive.Ended(TinyArchive.Entry("a", [1, 2, 3], 'L', size: 1L << 31)),
            "checksum" => wrong,
            "no end mark" => good[..^1024],
            "cut off" => good[..800],
            "text" => Encoding.ASCII.GetBytes(new string('x', 2000)),
            "twice" => TinyArchive.Tar(("a", [1]), ("./a", [2])),
            _ => [],
        };
        Assert.Throws<DatasetFormatException>(() => Read(bad));
        if (fault != "empty") Assert.Throws<DatasetFormatException>(() => Read(TinyIdx.Gzip(bad)));
    }

    [Fact]
    public void DamagedBytes_AreReadOrRefused_NeverAnythingElse()
    {
        byte[] tar = TinyArchive.Tar(("a/b", [1, 2, 3]), ("c", new byte[600]));
        byte[] gzip = TinyIdx.Gzip(tar);
        var random = new Random(9);
        for (int round = 0; round < 200; round++)
        {
            byte[] bad = [.. random.Next(2) == 0 ? tar : gzip];
            for (int change = random.Next(1, 4); change > 0; change--) bad[random.Next(random.Next(2) == 0 ? 160 : bad.Length) % bad.Length] = (byte)random.Next(256);
            try
            {
                Read(random.Next(4) == 0 ? bad[..random.Next(bad.Length)] : bad);
            }
            catch (DatasetFormatException)
            {
                // The expected answer to damage.
            }
        }
    }

    [Fact]
    public void TooLongMember_IsRefusedBeforeItIsRead()
    {
        File.WriteAllBytes(_folder.At("a.tar"), TinyArchive.Tar(("a", new byte[700])));
        Assert.Throws<DatasetFormatException>(() => new TarGzSource(_folder.At("a.tar")).Members(Token).Select(member => member.ReadAll(699)).ToArray());
    }

    private List<(string Path, byte[] Content)> Read(byte[] file)
    {
        File.WriteAllBytes(_folder.At("a.tar.gz"), file);
        return [.. new TarGzSource(_folder.At("a.tar.gz")).Members(Token).Select(member => (member.Path, member.ReadAll(1 << 20)))];
    }
}
