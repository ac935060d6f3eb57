// SPDX-License-Identifier: MIT
using System.Runtime.ExceptionServices;
using Ai8x.Autograd;
using Ai8x.Tensors;

namespace Ai8x.Optim;

/// <summary>
/// Gathers the samples of the next batch while the present one is computed: on another thread where a processor is free for it or the source may wait for a disk, else in turn
/// with the work of the context's workers. Which samples stand in which batch follows from the order alone, so timing never changes a result.
/// </summary>
internal sealed class BatchLoader
{
    private readonly SampleSource _source;
    private readonly ComputeContext _context;
    private readonly int _batchSize;
    private readonly Batch[] _buffers;
    private readonly IImageChange[] _changes;

    /// <summary>Reserves the buffers.</summary>
    /// <param name="source">The samples.</param>
    /// <param name="batchSize">Most samples in a batch.</param>
    /// <param name="context">The workers that compute meanwhile.</param>
    /// <param name="changes">What happens to the images, in this order.</param>
    public BatchLoader(SampleSource source, int batchSize, ComputeContext context, params IImageChange[] changes)
    {
        _changes = changes;
        _source = source;
        _context = context;
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
        var loading = new Loading(this, order, epoch);
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

    /// <summary>Fills one buffer after the other, each once the reader asks for the one before. The reader fills it itself where nobody has begun with it by then.</summary>
    private sealed class Loading(BatchLoader loader, int[] order, int epoch) : IThreadPoolWorkItem
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
            // A thread of its own would take time from the workers where these have all processors, at moments when one of them waits for the other.
            if (loader._source.IsInMemory && loader._context.Threads >= Environment.ProcessorCount) loader._context.Offer(this);
            else ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        public void Execute()
        {
            if (Interlocked.CompareExchange(ref _state, Running, Offered) != Offered) return;
            try
            {
                loader.Fill(order, epoch, _index);
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
