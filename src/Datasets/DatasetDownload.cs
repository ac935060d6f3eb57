// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Ai8x.Datasets;

/// <summary>
/// Fetches the files of a data set. A file is received under its name with <c>.part</c>, checked, and then gets its final name in one step. What
/// has arrived when the network fails or the user cancels is kept, and the next run goes on from there.
/// </summary>
internal sealed class DatasetDownload
{
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
    /// <param name="file">The file.</param>
    /// <param name="folder">Folder for it; made if missing.</param>
    /// <param name="cancellation">Stops the download.</param>
    /// <exception cref="DatasetUnavailableException">The file cannot be fetched or written.</exception>
    /// <exception cref="DatasetFormatException">It is not the file that was expected.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task FetchAsync(RemoteFile file, string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        string part = Path.Combine(folder, file.FileName + ".part");
        try
        {
            string name;
            await using (FileStream stream = Open(part))
            {
                await ReceiveAsync(file, stream, cancellation);
                cancellation.ThrowIfCancellationRequested();
                name = file.Check.FinalName(file, stream);
            }

            File.Move(part, Path.Combine(folder, name), overwrite: true);
        }
        catch (Exception error) when (error is DatasetFormatException or PartWriteException)
        {
            // Wrong content is of no use, and a full disk is not made fuller.
            File.Delete(part);
            if (error is not PartWriteException write) throw;
            throw new DatasetUnavailableException(_dataset, $"'{file.Address}' cannot be written to '{folder}': {write.Message.TrimEnd('.')}. Nothing was kept. Make room in that folder, or name another one with --cache-dir.", write.InnerException);
        }
        finally
        {
            if (new FileInfo(part) is { Exists: true, Length: 0 }) File.Delete(part);
        }
    }

    private FileStream Open(string part)
    {
        try
        {
            var stream = new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0, useAsync: true);
            stream.Seek(0, SeekOrigin.End);
            return stream;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DatasetUnavailableException(_dataset, $"'{part}' cannot be opened: {error.Message.TrimEnd('.')}. If another run fetches the same file, wait for it; else make the folder writable.", error);
        }
    }

    private async Task ReceiveAsync(RemoteFile file, FileStream part, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_patience);
        try
        {
            using HttpResponseMessage response = await AskAsync(file, part, patience.Token);
            if (IsAlreadyWhole(response, part.Length)) return;
            if (!response.IsSuccessStatusCode)
            {
                throw Unavailable(string.Create(CultureInfo.InvariantCulture, $"'{file.Address}' cannot be fetched: the server answers {(int)response.StatusCode} {response.ReasonPhrase}."));
            }

            if (response.StatusCode != HttpStatusCode.PartialContent) part.SetLength(0);
            long? total = response.Content.Headers.ContentLength + part.Length;
            RequireSize(file, total ?? 0);
            await using Stream content = await response.Content.ReadAsStreamAsync(patience.Token);
            await ReceiveContentAsync(file, content, part, total, patience);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw Unavailable($"'{file.Address}' cannot be fetched: the server did not answer in time.", error);
        }
        catch (Exception error) when (error is HttpRequestException or (IOException and not (DatasetUnavailableException or PartWriteException)))
        {
            throw Unavailable($"'{file.Address}' cannot be fetched: {error.Message.TrimEnd('.')}.", error);
        }
    }

    /// <summary>Asks for what is missing, or for all of it where the server cannot go on at that place.</summary>
    private async Task<HttpResponseMessage> AskAsync(RemoteFile file, FileStream part, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, file.Address);
        if (part.Length > 0) request.Headers.Range = new RangeHeaderValue(part.Length, null);
        HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        bool continues = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == part.Length;
        if (part.Length == 0 || continues || IsAlreadyWhole(response, part.Length) || response.StatusCode is not (HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable))
        {
            return response;
        }

        response.Dispose();
        part.SetLength(0);
        return await _http.GetAsync(file.Address, HttpCompletionOption.ResponseHeadersRead, cancellation);
    }

    private static bool IsAlreadyWhole(HttpResponseMessage response, long received) =>
        response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && received > 0 && response.Content.Headers.ContentRange?.Length == received;

    private async Task ReceiveContentAsync(RemoteFile file, Stream content, FileStream part, long? total, CancellationTokenSource patience)
    {
        byte[] chunk = new byte[ChunkBytes];
        long received = part.Length;
        part.Position = received;
        _progress?.Report(new DownloadProgress(file.Address, received, total));
        while (true)
        {
            patience.CancelAfter(_patience);
            int count = await content.ReadAsync(chunk, patience.Token);
            if (count == 0) break;
            received += count;
            RequireSize(file, received);
            await WriteAsync(part, chunk.AsMemory(0, count), patience.Token);
            _progress?.Report(new DownloadProgress(file.Address, received, total));
        }

        if (total is long announced && received != announced)
        {
            throw Unavailable(string.Create(CultureInfo.InvariantCulture, $"'{file.Address}' was cut off: {received} of {announced} bytes arrived."));
        }

        part.Flush(flushToDisk: true);
    }

    private static async Task WriteAsync(FileStream part, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await part.WriteAsync(bytes, cancellation);
        }
        catch (IOException error)
        {
            throw new PartWriteException(error);
        }
    }

    private static void RequireSize(RemoteFile file, long bytes)
    {
        long most = file.Check.MostBytes;
        if (bytes > most)
        {
            throw new DatasetFormatException(
                file.Address.ToString(),
                "The server sends more than the file can have.",
                string.Create(CultureInfo.InvariantCulture, $"Packed or not, it has at most {most} bytes."),
                string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes or more"),
                "Fetch the files by hand and name their folder with --data-dir.");
        }
    }

    private DatasetUnavailableException Unavailable(string problem, Exception? inner = null) =>
        new(_dataset, problem + " Try again, which goes on where it stopped, or fetch the files by hand and name their folder with --data-dir.", inner);

    /// <summary>A received piece could not be written, which is no fault of the network.</summary>
    private sealed class PartWriteException(IOException inner) : IOException(inner.Message, inner);
}
