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

    // Behind that they look on but let others run: on a virtual machine a thread that sleeps is woken late, and the wait at the end of a batch, for the last layer of a block, is longer than the above.
    private static readonly long YieldTicks = Stopwatch.Frequency / 500;

    // A thread that wakes is often put behind the one that woke it, on the same processor, while another stands idle. The system moves a thread that stays ready to run, within a
    // few of its clock ticks; one that soon sleeps again it never moves.
    private static readonly long MoveTicks = Stopwatch.Frequency / 50;

    private readonly Thread[] _workers;
    private readonly object _gate = new();
    private readonly object _done = new();
    private readonly SharedLoop _loop = new();

    // One for each worker: a part of the item that it runs, offered to those that have none.
    private readonly SharedLoop[] _parts;
    private ExceptionDispatchInfo? _failure;
    private int _busy;
    private int _offers;
    private int _sleepers;
    private int _callerProcessor = -1;
    private volatile bool _callerSleeps;
    private volatile bool _stopping;

    /// <summary>Starts the workers.</summary>
    /// <param name="threads">Number of workers including the calling thread, 1 .. <see cref="MaximumThreads"/>.</param>
    /// <param name="vectorWidth">Vector width of the kernels, or null for the widest that the machine offers. A width that it lacks gives the same bits, but in software: slowly.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is out of range, or the width is none of <see cref="Tensors.VectorWidth"/>.</exception>
    public ComputeContext(int threads, VectorWidth? vectorWidth = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, MaximumThreads);
        VectorWidth = vectorWidth ?? VectorWidths.Widest;
        if (!Enum.IsDefined(VectorWidth)) throw new ArgumentOutOfRangeException(nameof(vectorWidth), vectorWidth, "there are kernels for 1, 4, 8 and 16 lanes only");
        Threads = threads;
        _parts = new SharedLoop[threads];
        for (int i = 0; i < threads; i++) _parts[i] = new SharedLoop();
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
        _failure = null;
        _callerProcessor = Thread.GetCurrentProcessorId();
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

    /// <summary>Whether the loop that runs has items that nobody took: those that are running are the last ones otherwise.</summary>
    internal bool HasItems => _loop.HasItems;

    /// <summary>Workers that find no items in the loop that runs, for the items of <see cref="ForParts"/>: 0 as long as there are items that nobody took.</summary>
    internal int IdleWorkers => _loop.HasItems ? 0 : Threads - Math.Max(1, _loop.Unfinished);

    /// <summary>
    /// Runs, inside the body of a loop, a loop over parts of its item, which workers that find no items take as well. Returns when all are done. Allocates nothing.
    /// </summary>
    /// <param name="worker">The worker that runs the item.</param>
    /// <param name="parts">Number of parts, at least 0.</param>
    /// <param name="body">Called with the part and the worker that runs it, which need not be <paramref name="worker"/>.</param>
    internal void ForParts(int worker, int parts, Action<int, int> body)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(parts);
        if (parts == 0) return;
        SharedLoop loop = _parts[worker];
        Interlocked.Increment(ref _offers);
        loop.Open(parts, body);
        WakeSleepers();
        if (_callerSleeps)
        {
            lock (_done) Monitor.Pulse(_done);
        }

        RunParts(loop, worker);
        var wait = default(SpinWait);
        while (loop.Unfinished != 0) wait.SpinOnce(sleep1Threshold: -1);
        loop.Close();
        Volatile.Read(ref _failure)?.Throw();
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

    private bool HasWork => _loop.HasItems || Volatile.Read(ref _offers) != 0;

    private void Share(int items, Action<int, int> body)
    {
        _loop.Open(items, body);
        WakeSleepers();
        Drain(0);
        Wait();
        _loop.Close();
        _failure?.Throw();
    }

    private void WakeSleepers()
    {
        if (Volatile.Read(ref _sleepers) == 0) return;
        lock (_gate) Monitor.PulseAll(_gate);
    }

    /// <summary>Waits for the items that workers have taken, not for workers that took none, and takes parts of them.</summary>
    private void Wait()
    {
        long start = Stopwatch.GetTimestamp();
        while (_loop.Unfinished != 0)
        {
            if (Help(0))
            {
                start = Stopwatch.GetTimestamp();
                continue;
            }

            long waited = Stopwatch.GetTimestamp() - start;
            if (waited < SpinTicks) Thread.SpinWait(4);
            else Thread.Yield();
            if (waited < YieldTicks) continue;
            lock (_done)
            {
                _callerSleeps = true;
                Interlocked.MemoryBarrier();
                while (_loop.Unfinished != 0 && Volatile.Read(ref _offers) == 0) Monitor.Wait(_done);
                _callerSleeps = false;
            }

            start = Stopwatch.GetTimestamp();
        }
    }

    private void Work(int worker)
    {
        while (!_stopping)
        {
            LookForWork();
            if (HasWork) Drain(worker);
            else Sleep();
        }
    }

    /// <summary>Looks for a while; on the caller's own processor for longer, letting the caller run, so that the system moves this thread to another.</summary>
    private void LookForWork()
    {
        long start = Stopwatch.GetTimestamp();
        while (!HasWork && !_stopping)
        {
            bool behindCaller = Thread.GetCurrentProcessorId() == Volatile.Read(ref _callerProcessor);
            long waited = Stopwatch.GetTimestamp() - start;
            if (waited >= (behindCaller ? MoveTicks : YieldTicks)) return;
            if (behindCaller || waited >= SpinTicks) Thread.Yield();
            else Thread.SpinWait(4);
        }
    }

    /// <summary>Sleeps until there is work, and then looks for it again: whoever woke too late for the first loop is in time for the next.</summary>
    private void Sleep()
    {
        lock (_gate)
        {
            Interlocked.Increment(ref _sleepers);
            if (!HasWork && !_stopping) Monitor.Wait(_gate);
            Interlocked.Decrement(ref _sleepers);
        }
    }

    /// <summary>Runs items of the loop, then parts of those that others run.</summary>
    private void Drain(int worker)
    {
        while (_loop.TryTake(worker, out int item, out _))
        {
            if (Run(_loop, item, worker) && worker != 0 && _callerSleeps)
            {
                lock (_done) Monitor.Pulse(_done);
            }
        }

        if (worker != 0) Help(worker);
    }

    /// <summary>Runs the parts that are offered, and says whether there were any.</summary>
    private bool Help(int worker)
    {
        bool helped = false;
        for (int owner = 0; owner < _parts.Length && Volatile.Read(ref _offers) != 0; owner++) helped |= RunParts(_parts[owner], worker);
        return helped;
    }

    private bool RunParts(SharedLoop loop, int worker)
    {
        bool any = false;
        while (loop.TryTake(worker, out int part, out bool isLast))
        {
            if (isLast) Interlocked.Decrement(ref _offers);
            Run(loop, part, worker);
            any = true;
        }

        return any;
    }

    /// <summary>Runs an item that was taken, and says whether it was the last to end. The first failure stops the loop: no further item starts, and the caller gets the exception.</summary>
    private bool Run(SharedLoop loop, int item, int worker)
    {
        try
        {
            if (Volatile.Read(ref _failure) is null) loop.Run(item, worker);
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(failure), null);
        }

        return loop.Finish();
    }
}
