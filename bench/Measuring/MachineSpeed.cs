// SPDX-License-Identifier: MIT
using System.Diagnostics;
using Ai8x.Tensors;

namespace Ai8x.Bench.Measuring;

/// <summary>
/// What the machine gives at the moment, in multiply-adds of all measured threads at once. Two processors of a virtual machine may share a core of
/// its host for seconds, each then at half speed; nothing in the virtual machine shows that, except that registers alone take twice as long.
/// </summary>
internal sealed class MachineSpeed : IDisposable
{
    // A thread that has just woken may stand behind the other one until the system moves it, which takes it some milliseconds.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(20);
    private const double Enough = 0.93;

    // Processors of the same third-level cache differ by less, those of different ones by four times.
    private const double FarNanoseconds = 300;

    private readonly int _threads;
    private readonly VectorWidth _width;
    private readonly Action<int, int> _body;
    private readonly float[] _sinks;
    private readonly double _work;
    private readonly LineRoundTrip? _roundTrip;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">Number of threads.</param>
    /// <param name="width">Vector width.</param>
    /// <param name="expected">GFLOP/s that the machine is known to reach, or 0.</param>
    public MachineSpeed(int threads, VectorWidth width, double expected = 0)
    {
        if (threads > 1) _roundTrip = new LineRoundTrip();
        (_threads, _width) = (threads, width);
        _sinks = new float[threads * Peak.SinkStride];
        _body = (item, _) => _sinks[item * Peak.SinkStride] += Peak.Chains(width, item);
        _work = Peak.Operations(width) * threads / 1e9;
        Best = expected;
    }

    /// <summary>The best so far, in GFLOP/s.</summary>
    public double Best { get; private set; }

    /// <summary>Whether the threads exchange much, so that processors far from each other count as slow.</summary>
    public bool MustBeNear { get; set; }

    /// <summary>Says that the machine is known to reach a speed, in GFLOP/s.</summary>
    public void Know(double speed) => Best = Math.Max(Best, speed);

    /// <summary>Whether a speed is about the best.</summary>
    public bool IsFull(double speed) => IsFull(speed, Best);

    /// <summary>Whether a speed is about as high as the best.</summary>
    public static bool IsFull(double speed, double best) => speed >= Enough * best;

    /// <summary>The speed at the moment, in GFLOP/s: of several short loops the fastest; 0 where the processors must be near each other and are not.</summary>
    public double Now()
    {
        double fastest = 0;
        // Ended before anything is timed: a worker looks for work for some milliseconds before it sleeps, on a processor that whoever is timed next then shares with it.
        using var context = new ComputeContext(_threads, _width);
        long start = Stopwatch.GetTimestamp();
        for (int loops = 0; loops < 4 || (!IsFull(fastest) && Stopwatch.GetElapsedTime(start) < Patience); loops++)
        {
            long begin = Stopwatch.GetTimestamp();
            context.For(_threads, _body);
            fastest = Math.Max(fastest, _work / Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }

        Best = Math.Max(Best, fastest);
        return MustBeNear && _roundTrip?.Nanoseconds() > FarNanoseconds ? 0 : fastest;
    }

    public void Dispose() => _roundTrip?.Dispose();
}
