// SPDX-License-Identifier: MIT
using System.Runtime.ExceptionServices;
using Ai8x.Autograd;
using Ai8x.Tensors;

namespace Ai8x.Optim;

/// <summary>
/// Gives the samples batch by batch. Those that lie in memory are gathered block by block by the workers that compute them, each into its own caches: gathered by one thread for all, the others would fetch every line
/// from its processor. Of others the next batch is read by a thread of its own while the present one is computed. Which samples stand in which batch follows from the order alone, so timing never changes a result.
/// </summary>
internal sealed class BatchLoader : ISampleFill
{
    private readonly SampleSource _source;
    private readonly int _batchSize;
    private readonly Batch[] _buffers;
    private readonly IImageChange[] _changes;
    private int _epoch;

    /// <summary>Reserves the buffers.</summary>
    /// <param name="source">The samples.</param>
    /// <param name="batchSize">Most samples in a batch.</param>
    /// <param name="changes">What happens to the images, in this order.</param>
    public BatchLoader(SampleSource source, int batchSize, params IImageChange[] changes)
    {
        _changes = changes;
        _source = source;
        _batchSize = Math.Min(batchSize, source.Count);
        _buffers = source.IsInMemory ? [NewBuffer()] : [NewBuffer(), NewBuffer()];
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
        _epoch = epoch;
        return _source.IsInMemory ? Gathered(order) : Read(order);
    }

    /// <inheritdoc/>
    public void Fill(Batch batch, int first, int count)
    {
        ReadOnlySpan<int> indices = batch.SampleIndices.AsSpan(first, count);
        Span<sbyte> samples = batch.Samples.AsSpan(first * _source.Shape.Count, count * _source.Shape.Count);
        _source.Fill(indices, samples);
        foreach (IImageChange change in _changes) change.Apply(_epoch, indices, samples);
    }

    private IEnumerable<Batch> Gathered(int[] order)
    {
        Batch batch = _buffers[0];
        batch.Source = this;
        for (int index = 0; index < BatchCount; index++)
        {
            Choose(order, index, batch);
            yield return batch;
        }
    }

    private IEnumerable<Batch> Read(int[] order)
    {
        var loading = new Loading(this, order);
        try
        {
            loading.Begin(0);
            for (int next = 0; next < BatchCount; next++)
            {
                loading.Complete();
                // Whoever loads ahead may fail; the batch before is still to be read.
                loading.ThrowFailure();
                if (next + 1 < BatchCount) loading.Begin(next + 1);
                yield return _buffers[next & 1];
            }
        }
        finally
        {
            // A reader that stops early must not leave a thread behind that still reads the source; its failure no longer matters.
            loading.Cancel();
        }
    }

    /// <summary>Which samples a batch has, and their labels.</summary>
    private void Choose(int[] order, int index, Batch batch)
    {
        ReadOnlySpan<int> indices = order.AsSpan(index * _batchSize, Math.Min(_batchSize, order.Length - index * _batchSize));
        batch.Count = indices.Length;
        indices.CopyTo(batch.SampleIndices);
        for (int i = 0; i < indices.Length; i++) batch.Labels[i] = _source.Label(indices[i]);
    }

    private Batch NewBuffer() => new()
    {
        Samples = new sbyte[checked(_batchSize * _source.Shape.Count)],
        Labels = new int[_batchSize],
        SampleIndices = new int[_batchSize],
    };

    /// <summary>Fills one buffer after the other, each once the reader asks for the one before. The reader fills it itself where nobody has begun with it by then.</summary>
    private sealed class Loading(BatchLoader loader, int[] order) : IThreadPoolWorkItem
    {
        private const int Offered = 1;
        private const int Running = 2;
        private readonly object _gate = new();
        private int _state;
        private int _index;
        private ExceptionDispatchInfo? _failure;

        public void Begin(int index)
        {
            _index = index;
            Volatile.Write(ref _state, Offered);
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        public void Execute()
        {
            if (Interlocked.CompareExchange(ref _state, Running, Offered) != Offered) return;
            try
            {
                Batch batch = loader._buffers[_index & 1];
                loader.Choose(order, _index, batch);
                loader.Fill(batch, 0, batch.Count);
            }
            catch (Exception failure)
            {
                // The reader gets it in place of this batch.
                _failure = ExceptionDispatchInfo.Capture(failure);
            }

            lock (_gate)
            {
                _state = 0;
                Monitor.PulseAll(_gate);
            }
        }

        /// <summary>Waits until the buffer is filled, or fills it.</summary>
        public void Complete()
        {
            Execute();
            AwaitEnd();
        }

        public void ThrowFailure() => _failure?.Throw();

        /// <summary>Takes back what nobody has begun with, and waits for what somebody has.</summary>
        public void Cancel()
        {
            if (Interlocked.CompareExchange(ref _state, 0, Offered) != Offered) AwaitEnd();
        }

        private void AwaitEnd()
        {
            lock (_gate)
            {
                while (_state != 0) Monitor.Wait(_gate);
            }
        }
    }
}
