// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Security.Cryptography;
using Ai8x.Tensors;

namespace Ai8x.Datasets;

/// <summary>
/// Fetches one file of a data set. It is received and checked in memory, then written under its final name in one step: an error or
/// a cancelled download leaves nothing behind.
/// </summary>
internal sealed class DatasetDownload
{
    // Packed data is hardly ever longer than what it unpacks to; the allowance covers headers of small files.
    private const int PackedAllowance = 65536;
    private const int ChunkBytes = 1 << 16;

    private readonly string _dataset;
    private readonly HttpClient _http;
    private readonly IProgress<DownloadProgress>? _progress;
    private readonly TimeSpan _patience;

    /// <summary>Prepares downloads.</summary>
    /// <param name="dataset">Name of the data set, for messages.</param>
    /// <param name="http">The client; stays the caller's.</param>
    /// <param name="progress">Told about received bytes, or null.</param>
    /// <param name="patience">How long the server may send nothing.</param>
    public DatasetDownload(string dataset, HttpClient http, IProgress<DownloadProgress>? progress, TimeSpan patience)
    {
        _dataset = dataset;
        _http = http;
        _progress = progress;
        _patience = patience;
    }

    /// <summary>Fetches a file into a folder.</summary>
    /// <param name="address">The packed file on the network.</param>
    /// <param name="file">What it must unpack to.</param>
    /// <param name="folder">Folder for it; made if missing.</param>
    /// <param name="cancellation">Stops the download.</param>
    /// <exception cref="DatasetUnavailableException">The file cannot be fetched.</exception>
    /// <exception cref="DatasetFormatException">It is not the file that was expected.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task FetchAsync(Uri address, DatasetFile file, string folder, CancellationToken cancellation)
    {
        byte[] stored = await ReceiveAsync(address, file, cancellation);
        bool packed = Check(address, file, stored);
        cancellation.ThrowIfCancellationRequested();
        string path = Path.Combine(folder, packed ? file.Name + ".gz" : file.Name);
        await AtomicFile.WriteAsync(path, async (stream, token) => await stream.WriteAsync(stored, token), cancellation);
    }

    private async Task<byte[]> ReceiveAsync(Uri address, DatasetFile file, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_patience);
        try
        {
            using HttpResponseMessage response = await _http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw Unavailable(string.Create(CultureInfo.InvariantCulture, $"'{address}' cannot be fetched: the server answers {(int)response.StatusCode} {response.ReasonPhrase}."));
            }

            long? total = response.Content.Headers.ContentLength;
            RequireSize(address, file, total ?? 0);
            await using Stream content = await response.Content.ReadAsStreamAsync(patience.Token);
            return await ReceiveContentAsync(address, file, content, total, patience);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw Unavailable($"'{address}' cannot be fetched: the server did not answer in time.", error);
        }
        catch (Exception error) when (error is HttpRequestException or (IOException and not DatasetUnavailableException))
        {
            throw Unavailable($"'{address}' cannot be fetched: {error.Message.TrimEnd('.')}.", error);
        }
    }

    private async Task<byte[]> ReceiveContentAsync(Uri address, DatasetFile file, Stream content, long? total, CancellationTokenSource patience)
    {
        // Grows with what arrives: a length that a server merely claims takes no memory.
        using var received = new MemoryStream();
        byte[] chunk = new byte[ChunkBytes];
        _progress?.Report(new DownloadProgress(address, 0, total));
        while (true)
        {
            patience.CancelAfter(_patience);
            int count = await content.ReadAsync(chunk, patience.Token);
            if (count == 0)
            {
                break;
            }

            received.Write(chunk, 0, count);
            RequireSize(address, file, received.Length);
            _progress?.Report(new DownloadProgress(address, received.Length, total));
        }

        if (total is long announced && received.Length != announced)
        {
            throw Unavailable(string.Create(CultureInfo.InvariantCulture, $"'{address}' was cut off: {received.Length} of {announced} bytes arrived."));
        }

        return received.ToArray();
    }

    private static void RequireSize(Uri address, DatasetFile file, long bytes)
    {
        long most = file.UnpackedBytes + PackedAllowance;
        if (bytes > most)
        {
            throw new DatasetFormatException(
                address.ToString(),
                "The server sends more than the file can have.",
                string.Create(CultureInfo.InvariantCulture, $"Packed or not, it has at most {most} bytes."),
                string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes or more"),
                "Fetch the files by hand and name their folder with --data-dir.");
        }
    }

    /// <summary>Checks that the stored bytes unpack to the official file, and says whether they are packed.</summary>
    private static bool Check(Uri address, DatasetFile file, byte[] stored)
    {
        using var memory = new MemoryStream(stored, writable: false);
        using StoredFile content = StoredFile.Open(memory, address.ToString());
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] chunk = new byte[ChunkBytes];
        int count;
        while (content.Position <= file.UnpackedBytes && (count = content.Read(chunk)) > 0)
        {
            hash.AppendData(chunk, 0, count);
        }

        string actual = Convert.ToHexString(hash.GetHashAndReset());
        if (content.Position != file.UnpackedBytes || actual != file.Sha256)
        {
            throw new DatasetFormatException(
                address.ToString(),
                "What was fetched is not the official file.",
                string.Create(CultureInfo.InvariantCulture, $"It must unpack to {file.UnpackedBytes} bytes with the SHA-256 {file.Sha256}."),
                content.Position > file.UnpackedBytes ? "more bytes" : string.Create(CultureInfo.InvariantCulture, $"{content.Position} bytes with the SHA-256 {actual}"),
                "Nothing was kept. Try again, or fetch the files by hand and name their folder with --data-dir.");
        }

        content.CheckTrailer();
        return content.IsPacked;
    }

    private DatasetUnavailableException Unavailable(string problem, Exception? inner = null) =>
        new(_dataset, problem + " Try again, or fetch the files by hand and name their folder with --data-dir.", inner);
}
