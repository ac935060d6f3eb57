// SPDX-License-Identifier: MIT
using System.Diagnostics;

namespace Ai8x.Bench.Measuring;

/// <summary>
/// How long a cache line takes from one thread to another and back. Processors that share a third-level cache need 0.13 us, others four times as long, and a virtual machine
/// cannot see between which of them its host moves it. Threads that share the layers of one image exchange every map.
/// </summary>
internal sealed class LineRoundTrip : IDisposable
{
    private const int Rounds = 400;
    private const int LineLongs = 16;
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(10);

    private readonly long[] _lines = new long[3 * LineLongs];
    private readonly SemaphoreSlim _start = new(0);
    private readonly Thread _partner;
    private volatile bool _stopping;

    public LineRoundTrip()
    {
        _partner = new Thread(Answer) { IsBackground = true, Name = "round trip" };
        _partner.Start();
    }

    /// <summary>Shortest of some exchanges, in nanoseconds; infinite where the partner does not get a processor.</summary>
    public double Nanoseconds()
    {
        double shortest = double.PositiveInfinity;
        _start.Release();
        long begin = Stopwatch.GetTimestamp();
        for (int i = 0; i < 4; i++)
        {
            long from = Stopwatch.GetTimestamp();
            for (int round = 0; round < Rounds; round++)
            {
                long ball = Question + 1;
                Question = ball;
                while (Reply != ball)
                {
                    if (Stopwatch.GetElapsedTime(begin) > Limit) return End(double.PositiveInfinity);
                }
            }

            shortest = Math.Min(shortest, Stopwatch.GetElapsedTime(from).TotalNanoseconds / Rounds);
        }

        return End(shortest);
    }

    public void Dispose()
    {
        _stopping = true;
        _start.Release();
        _partner.Join();
        _start.Dispose();
    }

    private long Question
    {
        get => Volatile.Read(ref _lines[LineLongs]);
        set => Volatile.Write(ref _lines[LineLongs], value);
    }

    private long Reply
    {
        get => Volatile.Read(ref _lines[2 * LineLongs]);
        set => Volatile.Write(ref _lines[2 * LineLongs], value);
    }

    /// <summary>A negative question ends the exchange; the next one begins where the last reply stands.</summary>
    private double End(double result)
    {
        Question = -1;
        while (Reply != -1) Thread.Yield();
        Question = 0;
        Reply = 0;
        return result;
    }

    private void Answer()
    {
        while (true)
        {
            _start.Wait();
            if (_stopping) return;
            long last = 0;
            while (last >= 0)
            {
                long ball = Question;
                if (ball == last) continue;
                last = ball;
                Reply = ball;
            }
        }
    }
}
