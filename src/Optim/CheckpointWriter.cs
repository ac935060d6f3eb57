// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Ai8x.Optim;

/// <summary>
/// Writes the fields of a checkpoint, little endian, in the order of <c>docs/checkpoint-format.md</c>, through one small buffer: a run that
/// saves after each epoch leaves nothing large to the collector.
/// </summary>
/// <param name="target">Receives the bytes; null only counts them.</param>
internal sealed class CheckpointWriter(Stream? target) : IDisposable
{
    private readonly byte[] _buffer = new byte[1 << 14];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private int _buffered;
    private long _flushed;

    /// <summary>Bytes so far.</summary>
    public long Length => _flushed + _buffered;

    public void Dispose() => _hash.Dispose();

    public void Header(long payloadBytes)
    {
        Bytes(CheckpointFile.Magic);
        Int32(CheckpointFile.Version);
        Int32(0);
        Int64(payloadBytes);
    }

    public void Payload(Checkpoint checkpoint)
    {
        Text(checkpoint.Configuration);
        Bytes(Convert.FromHexString(checkpoint.ConfigurationHash));
        Double(checkpoint.Schedule.LearningRate);
        Double(checkpoint.Schedule.Best);
        Int32(checkpoint.Schedule.Wait);
        Int32(checkpoint.BestEpoch);
        Double(checkpoint.BestScore);
        History(checkpoint.History);
        Weights(checkpoint.Weights);
        Optimizer(checkpoint.Optimizer);
    }

    /// <summary>Ends the file with the checksum of everything before it.</summary>
    public void Checksum()
    {
        Flush();
        Span<byte> checksum = stackalloc byte[CheckpointFile.ChecksumBytes];
        _hash.GetHashAndReset(checksum);
        Bytes(checksum);
        Flush();
    }

    private void History(ImmutableArray<EpochMetrics> history)
    {
        Int32(history.Length);
        foreach (EpochMetrics epoch in history)
        {
            Double(epoch.Loss);
            Double(epoch.Accuracy);
            Double(epoch.ValidationLoss);
            Double(epoch.ValidationAccuracy);
            Double(epoch.LearningRate);
            Double(epoch.TopFive);
            Double(epoch.ValidationTopFive);
        }
    }

    private void Weights(ImmutableArray<CheckpointWeight> weights)
    {
        Int32(weights.Length);
        foreach (CheckpointWeight weight in weights)
        {
            Text(weight.Name);
            Int32(weight.Shape.Length);
            foreach (int extent in weight.Shape) Int32(extent);
            Floats(weight.Values.Span);
        }
    }

    private void Optimizer(OptimizerState state)
    {
        Text(state.Optimizer);
        Int64(state.Steps);
        Int32(state.Scalars.Length);
        foreach (double scalar in state.Scalars) Double(scalar);
        Int32(state.Slots.Length);
        foreach (ReadOnlyMemory<float> slot in state.Slots)
        {
            Int32(slot.Length);
            Floats(slot.Span);
        }
    }

    private void Text(string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        if (bytes.Length > CheckpointReader.MaximumTextBytes) throw new CheckpointException(null, $"a text of {bytes.Length} bytes is too long for a checkpoint; use a model with fewer layers or shorter names");
        Int32(bytes.Length);
        Bytes(bytes);
    }

    private void Floats(ReadOnlySpan<float> values)
    {
        foreach (float value in values) BinaryPrimitives.WriteSingleLittleEndian(Next(sizeof(float)), value);
    }

    private void Double(double value) => Int64(BitConverter.DoubleToInt64Bits(value));

    private void Int32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Next(sizeof(int)), value);

    private void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Next(sizeof(long)), value);

    private void Bytes(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> piece = bytes[..Math.Min(bytes.Length, _buffer.Length)];
            piece.CopyTo(Next(piece.Length));
            bytes = bytes[piece.Length..];
        }
    }

    /// <summary>Room for the next bytes, at most a whole buffer.</summary>
    private Span<byte> Next(int count)
    {
        if (_buffered + count > _buffer.Length) Flush();
        _buffered += count;
        return _buffer.AsSpan(_buffered - count, count);
    }

    private void Flush()
    {
        ReadOnlySpan<byte> bytes = _buffer.AsSpan(0, _buffered);
        if (target is not null)
        {
            _hash.AppendData(bytes);
            target.Write(bytes);
        }

        _flushed += _buffered;
        _buffered = 0;
    }
}
