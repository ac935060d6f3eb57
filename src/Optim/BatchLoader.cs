// SPDX-License-Identifier: MIT
using Ai8x.Autograd;
using Ai8x.Tensors;

namespace Ai8x.Optim;

/// <summary>
/// Gathers the samples of the next batch on another thread while the present one is computed. Which samples stand in which batch
/// follows from the order alone, so timing never changes a result.
/// </summary>
internal sealed class BatchLoader
{
    private readonly SampleSource _source;
    private readonly int _batchSize;
    private readonly Batch[] _buffers;

    public BatchLoader(SampleSource source, int batchSize)
    {
        _source = source;
        _batchSize = Math.Min(batchSize, source.Count);
        _buffers = [NewBuffer(), NewBuffer()];
    }

    /// <summary>Batches needed for all samples; the last may be incomplete.</summary>
    public int BatchCount => (_source.Count + _batchSize - 1) / _batchSize;

    /// <summary>Most samples in a batch.</summary>
    public int BatchSize => _batchSize;

    /// <summary>The batches in order. A batch is valid until the next one is asked for.</summary>
    /// <param name="order">Every sample once.</param>
    public IEnumerable<Batch> Batches(int[] order)
    {
        Task<Batch>? pending = null;
        try
        {
            pending = Load(order, 0);
            for (int next = 1; next <= BatchCount; next++)
            {
                Batch batch = pending.GetAwaiter().GetResult();
                pending = next < BatchCount ? Load(order, next) : Task.FromResult(batch);
                yield return batch;
            }
        }
        finally
        {
            // A reader that stops early must not leave a thread behind that still reads the source; its failure no longer matters.
            if (pending is not null) Task.WaitAny(pending);
        }
    }

    private Task<Batch> Load(int[] order, int index) => Task.Run(() => Fill(order, index));

    private Batch Fill(int[] order, int index)
    {
        Batch batch = _buffers[index & 1];
        ReadOnlySpan<int> indices = order.AsSpan(index * _batchSize, Math.Min(_batchSize, order.Length - index * _batchSize));
        batch.Count = indices.Length;
        _source.Fill(indices, batch.Samples);
        for (int i = 0; i < indices.Length; i++)
        {
            batch.SampleIndices[i] = indices[i];
            batch.Labels[i] = _source.Label(indices[i]);
        }

        return batch;
    }

    private Batch NewBuffer() => new()
    {
        Samples = new sbyte[checked(_batchSize * _source.Shape.Count)],
        Labels = new int[_batchSize],
        SampleIndices = new int[_batchSize],
    };
}
