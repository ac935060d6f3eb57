// SPDX-License-Identifier: MIT
using Ai8x.Datasets.Archives;

namespace Ai8x.Datasets.Tests.Archives;

public sealed class ZipSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Members_ComeWithTheirContents()
    {
        byte[] large = [.. Enumerable.Range(0, 70_001).Select(i => (byte)(i * i))];
        List<(string Path, byte[] Content)> members = Read(TinyArchive.Zip(("a/", []), ("a/one.bin", [1, 2, 3]), ("b.bin", large)));
        Assert.Equal(["a/one.bin", "b.bin"], members.Select(member => member.Path));
        Assert.Equal(large, members[1].Content);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("/x")]
    public void PathsThatLeadOut_AreRefused(string path) =>
        Assert.Contains("outside", Assert.Throws<DatasetFormatException>(() => Read(TinyArchive.Zip((path, [1])))).Problem, StringComparison.Ordinal);

    [Fact]
    public void ClaimOfMoreThanCanBePacked_IsRefused()
    {
        byte[] zip = TinyArchive.Zip(("a", new byte[500]));
        int directory = zip.AsSpan().IndexOf("PK\u0001\u0002"u8);
        // The unpacked length in the directory: 2 GiB.
        zip[directory + 27] = 0x7f;
        DatasetFormatException error = Assert.Throws<DatasetFormatException>(() => Read(zip));
        Assert.Contains("claims", error.Actual, StringComparison.Ordinal);
    }

    [Fact]
    public void DamagedBytes_AreReadOrRefused_NeverAnythingElse()
    {
        byte[] zip = TinyArchive.Zip(("a/b", [1, 2, 3]), ("c", [.. Enumerable.Range(0, 600).Select(i => (byte)(i * i))]));
        var random = new Random(9);
        for (int round = 0; round < 300; round++)
        {
            byte[] bad = [.. zip];
            for (int change = random.Next(1, 4); change > 0; change--) bad[random.Next(bad.Length)] = (byte)random.Next(256);
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

    private List<(string Path, byte[] Content)> Read(byte[] file)
    {
        File.WriteAllBytes(_folder.At("a.zip"), file);
        return [.. new ZipSource(_folder.At("a.zip")).Members(TestContext.Current.CancellationToken).Select(member => (member.Path, member.ReadAll(1 << 20)))];
    }
}
