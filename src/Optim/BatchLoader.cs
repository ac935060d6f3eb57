// SPDX-License-Identifier: MIT
using System.Runtime.ExceptionServices;
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
    private readonly IImageChange[] _changes;

    /// <summary>Reserves the buffers.</summary>
    /// <param name="source">The samples.</param>
    /// <param name="batchSize">Most samples in a batch.</param>
    /// <param name="changes">What happens to the images, in this order.</param>
    public BatchLoader(SampleSource source, int batchSize, params IImageChange[] changes)
    {
        _changes = changes;
        _source = source;
        _batchSize = Math.Min(batchSize, source.Count);
        _buffers = [NewBuffer(), NewBuffer()];
    }

    /// <summary>Batches needed for all samples; the last may be incomplete.</summary>
    public int BatchCount => (_source.Count + _batchSize - 1) / _batchSize;

    /// <summary>Most samples in a batch.</summary>
    public int BatchSize => _batchSize;

    /// <summary>The batches in order. A batch is valid until the next one is asked for. One reader at a time; a batch allocates nothing.</summary>
    /// <param name="order">Every sample once.</param>
    /// <param name="epoch">Epoch, from 0, for what changes from epoch to epoch.</param>
    public IEnumerable<Batch> Batches(int[] order, int epoch = 0)
    {
        using var round = new Round();
        Task loading = Task.Run(() => FillAll(order, epoch, round));
        try
        {
            for (int next = 0; next < BatchCount; next++)
            {
                round.Filled.Wait();
                round.Failures[next & 1]?.Throw();
                yield return _buffers[next & 1];
                round.Free.Release();
            }
        }
        finally
        {
            // A reader that stops early must not leave a thread behind that still reads the source; its failure no longer matters.
            round.Stopped = true;
            round.Free.Release();
            loading.Wait();
        }
    }

    private void FillAll(int[] order, int epoch, Round round)
    {
        for (int next = 0; next < BatchCount; next++)
        {
            round.Free.Wait();
            if (round.Stopped) return;
            try
            {
                Fill(order, epoch, next);
            }
            catch (Exception failure)
            {
                // The reader gets it in place of this batch.
                round.Failures[next & 1] = ExceptionDispatchInfo.Capture(failure);
                return;
            }
            finally
            {
                round.Filled.Release();
            }
        }
    }

    private void Fill(int[] order, int epoch, int index)
    {
        Batch batch = _buffers[index & 1];
        ReadOnlySpan<int> indices = order.AsSpan(index * _batchSize, Math.Min(_batchSize, order.Length - index * _batchSize));
        batch.Count = indices.Length;
        _source.Fill(indices, batch.Samples);
        foreach (IImageChange change in _changes) change.Apply(epoch, indices, batch.Samples);
        for (int i = 0; i < indices.Length; i++)
        {
            batch.SampleIndices[i] = indices[i];
            batch.Labels[i] = _source.Label(indices[i]);
        }
    }

    private Batch NewBuffer() => new()
    {
        Samples = new sbyte[checked(_batchSize * _source.Shape.Count)],
        Labels = new int[_batchSize],
        SampleIndices = new int[_batchSize],
    };

    /// <summary>What loader and reader tell each other while all samples are read once.</summary>
    private sealed class Round : IDisposable
    {
        private volatile bool _stopped;

        /// <summary>Buffers that may be filled.</summary>
        public SemaphoreSlim Free { get; } = new(2);

        /// <summary>Buffers that may be read.</summary>
        public SemaphoreSlim Filled { get; } = new(0);

        /// <summary>Why a buffer could not be filled.</summary>
        public ExceptionDispatchInfo?[] Failures { get; } = new ExceptionDispatchInfo?[2];

        public bool Stopped
        {
            get => _stopped;
            set => _stopped = value;
        }

        public void Dispose()
        {
            Free.Dispose();
            Filled.Dispose();
        }
    }
}
