// SPDX-License-Identifier: MIT
using System.Net;

namespace Ai8x.Datasets.Tests;

/// <summary>Answers requests without a network.</summary>
internal sealed class FakeServer(Func<string, CancellationToken, HttpResponseMessage> answer) : HttpMessageHandler
{
    /// <summary>The addresses asked for, in order.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>The first byte that each request asked for.</summary>
    public List<long> From { get; } = [];

    /// <summary>Answers as a server that goes on at any place.</summary>
    public HttpResponseMessage Ranged(byte[] content)
    {
        long from = From[^1];
        if (from == 0) return Bytes(content);
        bool inside = from < content.Length;
        var answer = new HttpResponseMessage(inside ? HttpStatusCode.PartialContent : HttpStatusCode.RequestedRangeNotSatisfiable) { Content = new ByteArrayContent(inside ? content[(int)from..] : []) };
        answer.Content.Headers.ContentRange = inside ? new(from, content.Length - 1, content.Length) : new(content.Length);
        return answer;
    }

    public static HttpResponseMessage Bytes(byte[] content) => new(HttpStatusCode.OK) { Content = new ByteArrayContent(content) };

    public static HttpResponseMessage Streamed(Stream content) => new(HttpStatusCode.OK) { Content = new StreamContent(content) };

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Asked.Add(request.RequestUri!.ToString());
        From.Add(request.Headers.Range?.Ranges.Single().From ?? 0);
        return Task.FromResult(answer(request.RequestUri.Segments[^1], cancellationToken));
    }
}

/// <summary>Content of unknown length that is read from start to end; what it throws at is what CanSeek and CanWrite rule out, and the read by array, which the client does not use.</summary>
internal abstract class SourceStream : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

internal sealed class EndlessStream : SourceStream
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(buffer.Length);
}

internal sealed class BreakingStream : SourceStream
{
    private bool _begun;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_begun) throw new IOException("The connection was reset");
        _begun = true;
        return ValueTask.FromResult(10);
    }
}

/// <summary>Sends a few bytes, then nothing until it is cancelled, which it may do itself.</summary>
internal sealed class SilentStream(CancellationTokenSource? stop) : SourceStream
{
    private bool _begun;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_begun)
        {
            _begun = true;
            return 10;
        }

        if (stop is not null) await stop.CancelAsync();
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return 0;
    }
}
