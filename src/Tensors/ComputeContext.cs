// SPDX-License-Identifier: MIT
using System.Runtime.ExceptionServices;

namespace Ai8x.Tensors;

/// <summary>
/// The workers that run kernels: a fixed number of threads that live as long as the context, and the vector width the kernels use.
/// The calling thread is worker 0. Which worker takes an item is left to chance; results never depend on it.
/// </summary>
/// <remarks>A context runs one loop at a time; use one context for each concurrent training run.</remarks>
public sealed class ComputeContext : IDisposable
{
    /// <summary>Largest number of threads that a context accepts.</summary>
    public const int MaximumThreads = 256;

    // A worker looks for the next loop this often before it sleeps: loops of one training step follow each other closely.
    private const int SpinsBeforeSleep = 2000;

    private readonly Thread[] _workers;
    private readonly object _gate = new();
    private Action<int, int>? _body;
    private ExceptionDispatchInfo? _failure;
    private int _items;
    private int _next;
    private int _running;
    private int _busy;
    private volatile int _generation;
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
            _body = body;
            _items = items;
            _next = 0;
            _failure = null;
            if (items > 1 && _workers.Length > 0) Wake();
            Drain(0);
            Wait();
            _body = null;
            _failure?.Throw();
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

    private void Wake()
    {
        Volatile.Write(ref _running, _workers.Length);
        lock (_gate)
        {
            _generation++;
            Monitor.PulseAll(_gate);
        }
    }

    private void Wait()
    {
        var spinner = new SpinWait();
        while (Volatile.Read(ref _running) != 0) spinner.SpinOnce(sleep1Threshold: -1);
    }

    private void Work(int worker)
    {
        int seen = 0;
        while (true)
        {
            for (int i = 0; i < SpinsBeforeSleep && _generation == seen && !_stopping; i++) Thread.SpinWait(8);
            lock (_gate)
            {
                while (_generation == seen && !_stopping) Monitor.Wait(_gate);
                if (_stopping) return;
                seen = _generation;
            }
            Drain(worker);
            Interlocked.Decrement(ref _running);
        }
    }

    private void Drain(int worker)
    {
        Action<int, int> body = _body!;
        try
        {
            for (int item = Interlocked.Increment(ref _next) - 1; item < _items; item = Interlocked.Increment(ref _next) - 1) body(item, worker);
        }
        catch (Exception failure)
        {
            // The first failure stops the loop: no further item starts, and the caller gets the exception.
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(failure), null);
            Volatile.Write(ref _next, int.MaxValue / 2);
        }
    }
}
