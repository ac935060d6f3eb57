// SPDX-License-Identifier: MIT
using System.Net;
using System.Security.Cryptography;

namespace Ai8x.Datasets.Tests;

public sealed class DownloadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly byte[][] _files = TinyIdx.Set(30, 10);
    private readonly List<DownloadProgress> _progress = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Download_FillsTheCacheOnce_AndReportsProgress()
    {
        using var server = new FakeServer((name, _) => FakeServer.Bytes(TinyIdx.Gzip(Content(name))));
        DatasetParts parts = await LoadAsync(server, Token);
        Assert.Equal([27, 3, 10], [parts.Train.Count, parts.Valid.Count, parts.Test.Count]);
        Assert.Equal(_folder.At("tiny"), parts.Folder);
        Assert.Equal(TinyIdx.Names.Select(name => Path.Combine("tiny", name + ".gz")).Order(StringComparer.Ordinal), _folder.AllFiles());
        Assert.Equal(TinyIdx.Names.Select(name => $"https://data.example/tiny/{name}.gz"), server.Asked);
        foreach (IGrouping<Uri, DownloadProgress> file in _progress.GroupBy(step => step.Address))
        {
            Assert.Equal(0, file.First().ReceivedBytes);
            Assert.Equal(file.Select(step => step.ReceivedBytes).Order(), file.Select(step => step.ReceivedBytes));
            Assert.Equal(file.Last().TotalBytes, file.Last().ReceivedBytes);
        }

        Assert.Equal(4, _progress.Select(step => step.Address).Distinct().Count());
        await LoadAsync(server, Token);
        Assert.Equal(4, server.Asked.Count);
        // The cache alone is enough from now on.
        DatasetParts cached = await IdxLoader.LoadAsync(Definition(), new DatasetRequest { CacheDirectory = _folder.Path }, Token);
        Assert.Equal(27, cached.Train.Count);
    }

    [Fact]
    public void Download_FetchesOnlyWhatIsMissing()
    {
        TinyIdx.Write(_folder.At("tiny"), [_files[0], _files[1]]);
        using var server = new FakeServer((name, _) => FakeServer.Bytes(TinyIdx.Gzip(Content(name))));
        Load(server);
        Assert.Equal(TinyIdx.Names[2..].Select(name => $"https://data.example/tiny/{name}.gz"), server.Asked);
    }

    [Fact]
    public void FileThatTheClientHasUnpacked_IsKeptUnderThePlainName()
    {
        using var server = new FakeServer((name, _) => FakeServer.Bytes(Content(name)));
        Assert.Equal(27, Load(server).Train.Count);
        Assert.Contains(Path.Combine("tiny", TinyIdx.Names[0]), _folder.AllFiles());
    }

    [Fact]
    public void WrongContent_IsRefusedByItsChecksum()
    {
        using var server = new FakeServer((name, _) =>
        {
            byte[] content = [.. Content(name)];
            content[^1] ^= 1;
            return FakeServer.Bytes(TinyIdx.Gzip(content));
        });
        DatasetFormatException error = Assert.Throws<DatasetFormatException>(() => Load(server));
        Assert.Equal($"https://data.example/tiny/{TinyIdx.Names[0]}.gz", error.File);
        Assert.Contains("SHA-256", error.Rule, StringComparison.Ordinal);
        Assert.Empty(_folder.AllFiles());
    }

    [Theory]
    [InlineData("half")]
    [InlineData("without its trailer")]
    [InlineData("empty")]
    [InlineData("a web page")]
    [InlineData("a bomb")]
    [InlineData("too long")]
    public void AnythingElseThanTheFile_IsRefusedAndNotKept(string what)
    {
        using var server = new FakeServer((name, _) =>
        {
            byte[] packed = TinyIdx.Gzip(Content(name));
            return FakeServer.Bytes(what switch
            {
                "half" => packed[..(packed.Length / 2)],
                "without its trailer" => packed[..^3],
                "empty" => [],
                "a web page" => "<html>Sign in to this network</html>"u8.ToArray(),
                "a bomb" => TinyIdx.Gzip(new byte[20 << 20]),
                _ => new byte[4 << 20],
            });
        });
        DatasetFormatException error = Assert.Throws<DatasetFormatException>(() => Load(server));
        Assert.StartsWith("https://data.example/tiny/", error.File, StringComparison.Ordinal);
        Assert.Empty(_folder.AllFiles());
    }

    [Fact]
    public void ContentWithoutEnd_IsLeftAtTheSizeOfTheFile()
    {
        using var server = new FakeServer((_, _) => FakeServer.Streamed(new EndlessStream()));
        DatasetFormatException error = Assert.Throws<DatasetFormatException>(() => Load(server));
        Assert.Contains("sends more", error.Problem, StringComparison.Ordinal);
        Assert.Empty(_folder.AllFiles());
    }

    [Fact]
    public void ContentShorterThanAnnounced_IsCutOff()
    {
        using var server = new FakeServer((name, _) =>
        {
            byte[] packed = TinyIdx.Gzip(Content(name));
            HttpResponseMessage answer = FakeServer.Streamed(new MemoryStream(packed[..^10]));
            answer.Content.Headers.ContentLength = packed.Length;
            return answer;
        });
        DatasetUnavailableException error = Assert.Throws<DatasetUnavailableException>(() => Load(server));
        Assert.Contains("cut off", error.Message, StringComparison.Ordinal);
        Assert.Equal([Part], _folder.AllFiles());
    }

    [Theory]
    [InlineData("no network")]
    [InlineData("not found")]
    [InlineData("breaks")]
    public void WithoutTheFile_TheErrorSaysWhatToDo(string fault)
    {
        using var server = new FakeServer((_, _) => fault switch
        {
            "no network" => throw new HttpRequestException("Name or service not known"),
            "not found" => new HttpResponseMessage(HttpStatusCode.NotFound) { ReasonPhrase = "Not Found" },
            _ => FakeServer.Streamed(new BreakingStream()),
        });
        DatasetUnavailableException error = Assert.Throws<DatasetUnavailableException>(() => Load(server));
        Assert.Equal("tiny", error.Dataset);
        Assert.Contains($"https://data.example/tiny/{TinyIdx.Names[0]}.gz", error.Message, StringComparison.Ordinal);
        Assert.Contains("--data-dir", error.Message, StringComparison.Ordinal);
        Assert.Equal(fault == "breaks" ? [Part] : [], _folder.AllFiles());
    }

    [Fact]
    public async Task WithoutAClient_NothingIsFetched()
    {
        DatasetUnavailableException error = await Assert.ThrowsAsync<DatasetUnavailableException>(
            () => IdxLoader.LoadAsync(Definition(), new DatasetRequest { CacheDirectory = _folder.Path }, Token));
        Assert.Contains(_folder.At("tiny"), error.Message, StringComparison.Ordinal);
        Assert.Contains("--data-dir", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CancelledWhileReceiving_KeepsOnlyWhatCanBeGoneOnWith()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var server = new FakeServer((_, _) => FakeServer.Streamed(new SilentStream(stop)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => LoadAsync(server, stop.Token));
        Assert.Equal([Part], _folder.AllFiles());
    }

    [Fact]
    public async Task ServerThatFallsSilent_IsGivenUp()
    {
        // Long enough that a busy machine receives the first bytes before the time is over.
        using var server = new FakeServer((_, _) => FakeServer.Streamed(new SilentStream(null)));
        using var client = new HttpClient(server, disposeHandler: false);
        var download = new DatasetDownload("tiny", client, null, TimeSpan.FromSeconds(1));
        DatasetUnavailableException error = await Assert.ThrowsAsync<DatasetUnavailableException>(
            () => download.FetchAsync(new RemoteFile(new Uri("https://data.example/tiny/x.gz"), "x.gz", new UnpackedChecksum(Definition().Files[0])), _folder.Path, Token));
        Assert.Contains("in time", error.Message, StringComparison.Ordinal);
        Assert.Equal(["x.gz.part"], _folder.AllFiles());
    }

    [Fact]
    public void BrokenDownload_GoesOnWhereItStopped()
    {
        byte[] packed = TinyIdx.Gzip(Content(TinyIdx.Names[0] + ".gz"));
        Directory.CreateDirectory(_folder.At("tiny"));
        File.WriteAllBytes(_folder.At(Part), packed[..100]);
        FakeServer? self = null;
        using var server = new FakeServer((name, _) => self!.Ranged(TinyIdx.Gzip(Content(name))));
        self = server;
        Assert.Equal(27, Load(server).Train.Count);
        Assert.Equal([100, 0, 0, 0], server.From);
        Assert.Equal(packed, File.ReadAllBytes(_folder.At("tiny", TinyIdx.Names[0] + ".gz")));
        Assert.Equal(100, _progress[0].ReceivedBytes);
        Assert.Equal(packed.Length, _progress[0].TotalBytes);
        Assert.DoesNotContain(Part, _folder.AllFiles());
    }

    [Fact]
    public void DownloadKilledBeforeItsRename_IsTakenAsItIs()
    {
        byte[] packed = TinyIdx.Gzip(Content(TinyIdx.Names[0] + ".gz"));
        Directory.CreateDirectory(_folder.At("tiny"));
        File.WriteAllBytes(_folder.At(Part), packed);
        FakeServer? self = null;
        using var server = new FakeServer((name, _) => self!.Ranged(TinyIdx.Gzip(Content(name))));
        self = server;
        Assert.Equal(27, Load(server).Train.Count);
        Assert.Equal([packed.Length, 0, 0, 0], server.From);
    }

    [Theory]
    [InlineData("starts again")]
    [InlineData("goes on elsewhere")]
    [InlineData("has less than that")]
    public void ServerThatCannotGoOn_GivesTheWholeFile(string kind)
    {
        Directory.CreateDirectory(_folder.At("tiny"));
        File.WriteAllBytes(_folder.At(Part), new byte[100]);
        FakeServer? self = null;
        using var server = new FakeServer((name, _) =>
        {
            byte[] content = TinyIdx.Gzip(Content(name));
            if (self!.From[^1] == 0 || kind == "starts again") return FakeServer.Bytes(content);
            var answer = new HttpResponseMessage(kind == "goes on elsewhere" ? HttpStatusCode.PartialContent : HttpStatusCode.RequestedRangeNotSatisfiable) { Content = new ByteArrayContent(content[50..]) };
            if (kind == "goes on elsewhere") answer.Content.Headers.ContentRange = new(50, content.Length - 1);
            return answer;
        });
        self = server;
        Assert.Equal(27, Load(server).Train.Count);
    }

    [Fact]
    public void RestOfAnotherFile_IsFoundOutAndDropped()
    {
        Directory.CreateDirectory(_folder.At("tiny"));
        File.WriteAllBytes(_folder.At(Part), TinyIdx.Gzip(TinyIdx.Images(31))[..80]);
        FakeServer? self = null;
        using var server = new FakeServer((name, _) => self!.Ranged(TinyIdx.Gzip(Content(name))));
        self = server;
        Assert.Throws<DatasetFormatException>(() => Load(server));
        Assert.Empty(_folder.AllFiles());
        Assert.Equal(27, Load(server).Train.Count);
    }

    [Fact]
    public async Task StoredChecksum_IsOfTheFileAsItComes()
    {
        byte[] content = [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * 3))];
        using var server = new FakeServer((_, _) => FakeServer.Bytes(content));
        using var client = new HttpClient(server, disposeHandler: false);
        var download = new DatasetDownload("tiny", client, null, TimeSpan.FromSeconds(60));
        RemoteFile File(string checksum) => new(new Uri("https://data.example/a.tar.gz"), "a.tar.gz", new StoredChecksum(HashAlgorithmName.SHA256, checksum, 2000));
        DatasetFormatException error = await Assert.ThrowsAsync<DatasetFormatException>(() => download.FetchAsync(File(new string('0', 64)), _folder.Path, Token));
        Assert.Contains("SHA256", error.Rule, StringComparison.Ordinal);
        Assert.Empty(_folder.AllFiles());
        await download.FetchAsync(File(Convert.ToHexString(SHA256.HashData(content))), _folder.Path, Token);
        Assert.Equal(["a.tar.gz"], _folder.AllFiles());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ZipWithoutPublishedChecksum_MustBeWhole(bool damaged)
    {
        byte[] content = TinyArchive.Zip(("a/b.png", [.. Enumerable.Range(0, 300).Select(i => (byte)(i * i))]));
        if (damaged) content[60] ^= 4;
        using var server = new FakeServer((_, _) => FakeServer.Bytes(content));
        using var client = new HttpClient(server, disposeHandler: false);
        var download = new DatasetDownload("tiny", client, null, TimeSpan.FromSeconds(60));
        Task fetch = download.FetchAsync(new RemoteFile(new Uri("https://data.example/a.zip"), "a.zip", new WholeZip(2000, 1000)), _folder.Path, Token);
        if (damaged) await Assert.ThrowsAsync<DatasetFormatException>(() => fetch);
        else await fetch;
        Assert.Equal(damaged ? [] : ["a.zip"], _folder.AllFiles());
    }

    private static string Part => Path.Combine("tiny", TinyIdx.Names[0] + ".gz.part");

    private byte[] Content(string name) => _files[Array.IndexOf(TinyIdx.Names, name[..^".gz".Length])];

    private IdxDefinition Definition() => IdxDefinition.Mnist with
    {
        Name = "tiny",
        BaseAddress = new Uri("https://data.example/tiny/"),
        Files = [.. TinyIdx.Names.Select((name, i) => new DatasetFile(name, _files[i].Length, Convert.ToHexString(SHA256.HashData(_files[i]))))],
    };

    private DatasetParts Load(FakeServer server) => LoadAsync(server, Token).GetAwaiter().GetResult();

    private async Task<DatasetParts> LoadAsync(FakeServer server, CancellationToken cancellation)
    {
        using var client = new HttpClient(server, disposeHandler: false);
        var request = new DatasetRequest { CacheDirectory = _folder.Path, Http = client, Progress = new Recorder(_progress) };
        return await IdxLoader.LoadAsync(Definition(), request, cancellation);
    }

    private sealed class Recorder(List<DownloadProgress> steps) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => steps.Add(value);
    }
}
