// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Ai8x.Tensors;

/// <summary>
/// The workers that run kernels: a fixed number of threads that live as long as the context, and the vector width the kernels use.
/// The calling thread is worker 0. Workers take items from both ends, so that one that runs the same loops again and again mostly meets the memory that it
/// has in its cache; which worker takes an item is left to chance all the same, and results never depend on it.
/// </summary>
/// <remarks>A context runs one loop at a time; use one context for each concurrent training run.</remarks>
public sealed class ComputeContext : IDisposable
{
    /// <summary>Largest number of threads that a context accepts.</summary>
    public const int MaximumThreads = 256;

    // Loops of one training step follow each other closely, so both sides look for a while before they sleep: about what waking a thread costs a few
    // times over. Where there are more threads than free processors, whoever sleeps makes room for the thread that is waited for.
    private static readonly long SpinTicks = Stopwatch.Frequency / 10_000;

    // A thread that wakes is often put behind the one that woke it, on the same processor, while another stands idle. The system moves a thread that stays ready to run, within a
    // few of its clock ticks; one that soon sleeps again it never moves.
    private static readonly long MoveTicks = Stopwatch.Frequency / 50;

    private readonly Thread[] _workers;
    private readonly object _gate = new();
    private readonly object _done = new();
    private Action<int, int>? _body;
    private ExceptionDispatchInfo? _failure;
    private int _busy;

    // The items that nobody took yet: the first in the lower half, the one after the last in the upper. A worker that comes late finds none, or takes one
    // of the loop that runs now.
    private long _left;
    private int _unfinished;
    private int _sleepers;
    private int _callerProcessor = -1;
    private volatile bool _callerSleeps;
    private volatile bool _stopping;

    /// <summary>Starts the workers.</summary>
    /// <param name="threads">Number of workers including the calling thread, 1 .. <see cref="MaximumThreads"/>.</param>
    /// <param name="vectorWidth">Vector width of the kernels, or null for the widest that the machine offers.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is out of range.</exception>
    /// <exception cref="PlatformNotSupportedException">The machine does not offer the vector width.</exception>
    public ComputeContext(int threads, VectorWidth? vectorWidth = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, MaximumThreads);
        VectorWidth = vectorWidth ?? VectorWidths.Widest;
        if (!VectorWidths.IsSupported(VectorWidth))
            throw new PlatformNotSupportedException($"this machine has no {VectorWidth} kernels: choose a narrower width, or none for the widest");
        Threads = threads;
        _workers = new Thread[threads - 1];
        for (int i = 0; i < _workers.Length; i++)
        {
            int worker = i + 1;
            _workers[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"compute {worker}" };
            _workers[i].Start();
        }
    }

    /// <summary>Number of workers including the calling thread.</summary>
    public int Threads { get; }

    /// <summary>Vector width of the kernels.</summary>
    public VectorWidth VectorWidth { get; }

    /// <summary>Runs a body for every item; returns when all are done. Allocates nothing: pass a delegate that is kept.</summary>
    /// <param name="items">Number of items, at least 0.</param>
    /// <param name="body">Called with the item, 0 .. <paramref name="items"/> - 1, and the worker, 0 .. <see cref="Threads"/> - 1. A
    /// worker runs one item at a time, so memory indexed by worker needs no lock.</param>
    /// <exception cref="ObjectDisposedException">The context was disposed.</exception>
    /// <exception cref="InvalidOperationException">The context already runs a loop.</exception>
    public void For(int items, Action<int, int> body)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(items);
        ArgumentNullException.ThrowIfNull(body);
        ObjectDisposedException.ThrowIf(_stopping, this);
        if (Interlocked.CompareExchange(ref _busy, 1, 0) != 0) throw new InvalidOperationException("the compute context already runs a loop: use one context for each concurrent caller");
        try
        {
            if (items > 1 && _workers.Length > 0)
            {
                Share(items, body);
                return;
            }

            for (int item = 0; item < items; item++) body(item, 0);
        }
        finally
        {
            Volatile.Write(ref _busy, 0);
        }
    }

    /// <summary>Stops the workers and waits for them.</summary>
    public void Dispose()
    {
        if (_stopping) return;
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }
        foreach (Thread worker in _workers) worker.Join();
    }

    private bool HasItems => Volatile.Read(ref _left) is var left && (int)left != (int)(left >> 32);

    private void Share(int items, Action<int, int> body)
    {
        _body = body;
        _failure = null;
        _unfinished = items;
        _callerProcessor = Thread.GetCurrentProcessorId();
        Interlocked.Exchange(ref _left, (long)items << 32);
        if (Volatile.Read(ref _sleepers) > 0)
        {
            lock (_gate) Monitor.PulseAll(_gate);
        }

        Drain(0);
        Wait();
        _body = null;
        _failure?.Throw();
    }

    /// <summary>Waits for the items that workers have taken, not for workers that took none.</summary>
    private void Wait()
    {
        long start = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref _unfinished) != 0)
        {
            Thread.SpinWait(4);
            if (Stopwatch.GetTimestamp() - start < SpinTicks) continue;
            lock (_done)
            {
                _callerSleeps = true;
                Interlocked.MemoryBarrier();
                while (Volatile.Read(ref _unfinished) != 0) Monitor.Wait(_done);
                _callerSleeps = false;
            }
        }
    }

    private void Work(int worker)
    {
        while (!_stopping)
        {
            LookForItems();
            if (HasItems) Drain(worker);
            else Sleep();
        }
    }

    /// <summary>Looks for a while; on the caller's own processor for longer, letting the caller run, so that the system moves this thread to another.</summary>
    private void LookForItems()
    {
        long start = Stopwatch.GetTimestamp();
        while (!HasItems && !_stopping)
        {
            bool behindCaller = Thread.GetCurrentProcessorId() == Volatile.Read(ref _callerProcessor);
            if (Stopwatch.GetTimestamp() - start >= (behindCaller ? MoveTicks : SpinTicks)) return;
            if (behindCaller) Thread.Yield();
            else Thread.SpinWait(4);
        }
    }

    /// <summary>Sleeps until the caller has items, and then looks for them again: whoever woke too late for the first loop is in time for the next.</summary>
    private void Sleep()
    {
        lock (_gate)
        {
            Interlocked.Increment(ref _sleepers);
            if (!HasItems && !_stopping) Monitor.Wait(_gate);
            Interlocked.Decrement(ref _sleepers);
        }
    }

    private void Drain(int worker)
    {
        while (Take(worker) is { } item)
        {
            try
            {
                // The first failure stops the loop: no further item starts, and the caller gets the exception.
                if (Volatile.Read(ref _failure) is null) _body!(item, worker);
            }
            catch (Exception failure)
            {
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(failure), null);
            }

            if (Interlocked.Decrement(ref _unfinished) == 0 && worker != 0 && _callerSleeps)
            {
                lock (_done) Monitor.Pulse(_done);
            }
        }
    }

    /// <summary>The next item of the loop that runs, or null. Until it is finished the loop cannot end, so its body stands still.</summary>
    private int? Take(int worker)
    {
        while (true)
        {
            long left = Volatile.Read(ref _left);
            int first = (int)left, end = (int)(left >> 32);
            if (first == end) return null;
            bool fromFront = (worker & 1) == 0;
            long rest = fromFront ? left + 1 : left - (1L << 32);
            if (Interlocked.CompareExchange(ref _left, rest, left) == left) return fromFront ? first : end - 1;
        }
    }
}
