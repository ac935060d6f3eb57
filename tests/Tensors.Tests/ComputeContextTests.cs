// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;

namespace Ai8x.Tensors.Tests;

public sealed class ComputeContextTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void For_AnyThreads_RunsEveryItemOnceAndEachWorkerOneAtATime(int threads)
    {
        using var context = new ComputeContext(threads);
        var inside = new int[threads];
        foreach (int items in new[] { 0, 1, 2, 7, 1000 })
        {
            var counts = new int[items];
            for (int round = 0; round < 20; round++)
            {
                context.For(items, (item, worker) =>
                {
                    Assert.Equal(1, Interlocked.Increment(ref inside[worker]));
                    counts[item]++;
                    Interlocked.Decrement(ref inside[worker]);
                });
            }
            Assert.All(counts, count => Assert.Equal(20, count));
        }
    }

    [Fact]
    public void For_BodyThrows_ThrowsHereAndTheContextLivesOn()
    {
        using var context = new ComputeContext(3);
        for (int round = 0; round < 10; round++)
        {
            var failure = Assert.Throws<FormatException>(() => context.For(100, (item, _) =>
            {
                if (item == 40) throw new FormatException("item 40");
            }));
            Assert.Equal("item 40", failure.Message);
            int sum = 0;
            context.For(10, (item, _) => Interlocked.Add(ref sum, item));
            Assert.Equal(45, sum);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void ForParts_InEveryItem_RunsEveryPartOnce(int threads)
    {
        using var context = new ComputeContext(threads);
        foreach (int items in new[] { 1, 2, 3, 11 })
            foreach (int parts in new[] { 0, 1, 2, 7 })
            {
                var counts = new int[items, parts];
                for (int round = 0; round < 50; round++)
                    context.For(items, (item, worker) =>
                    {
                        int before = parts == 0 ? 0 : counts[item, 0];
                        for (int loop = 0; loop < 3; loop++) context.ForParts(worker, parts, (part, _) => counts[item, part]++);
                        // All parts of the item are done, whoever ran them.
                        for (int part = 0; part < parts; part++) Assert.Equal(before + 3, counts[item, part]);
                    });
                for (int item = 0; item < items; item++)
                    for (int part = 0; part < parts; part++) Assert.Equal(150, counts[item, part]);
            }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public void ForParts_OfASingleItem_AreTakenByWorkersWithoutItems(int milliseconds)
    {
        using var context = new ComputeContext(2);
        Thread.Sleep(milliseconds); // After the longer one the worker sleeps.
        using var both = new Barrier(2);
        context.For(1, (_, worker) =>
        {
            Assert.Equal(1, context.IdleWorkers);
            context.ForParts(worker, 2, (_, _) => Assert.True(both.SignalAndWait(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)));
        });
    }

    [Fact]
    public void ForParts_OfTheLastItem_AreTakenByTheCallerThatWaits()
    {
        using var context = new ComputeContext(2);
        for (int round = 0; round < 3; round++)
        {
            using var started = new Barrier(2);
            using var both = new Barrier(2);
            context.For(2, (_, worker) =>
            {
                Assert.True(started.SignalAndWait(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
                if (worker == 0) return;
                Thread.Sleep(20); // The caller sleeps by now.
                context.ForParts(worker, 2, (_, _) => Assert.True(both.SignalAndWait(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)));
            });
        }
    }

    [Fact]
    public void ForParts_BodyThrows_ThrowsFromTheLoopAndTheContextLivesOn()
    {
        using var context = new ComputeContext(3);
        for (int round = 0; round < 10; round++)
        {
            var failure = Assert.Throws<FormatException>(() => context.For(round % 3 + 1, (_, worker) => context.ForParts(worker, 20, (part, _) =>
            {
                if (part == 7) throw new FormatException("part 7");
            })));
            Assert.Equal("part 7", failure.Message);
            int sum = 0;
            context.For(3, (item, worker) => context.ForParts(worker, 4, (part, _) => Interlocked.Add(ref sum, part)));
            Assert.Equal(18, sum);
        }
    }

    [Fact]
    public void For_Nested_IsRefused()
    {
        using var context = new ComputeContext(2);
        Assert.Throws<InvalidOperationException>(() => context.For(2, (_, _) => context.For(1, (_, _) => { })));
    }

    [Fact]
    public void For_AfterWarmUp_AllocatesNothing()
    {
        using var context = new ComputeContext(2);
        Action<int, int> part = (_, _) => { }, body = (_, worker) => context.ForParts(worker, 3, part);
        for (int i = 0; i < 50; i++) context.For(8, body);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) context.For(8, body);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void For_SleepingWorkers_WakeUp()
    {
        using var context = new ComputeContext(2);
        for (int i = 0; i < 3; i++)
        {
            Thread.Sleep(60); // Longer than the 0.1 ms, or on the processor of the caller 20 ms, that workers look for work before they sleep.
            using var both = new Barrier(2);
            // Only two workers at once can pass the barrier.
            context.For(2, (_, _) => Assert.True(both.SignalAndWait(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)));
        }
    }

    [Fact]
    [SuppressMessage("IDisposableAnalyzers", "CA2000", Justification = "the constructors throw")]
    public void Constructor_OutOfRange_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ComputeContext(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ComputeContext(257));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ComputeContext(1, (VectorWidth)3));
    }

    [Fact]
    public void Disposed_IsRefused()
    {
        var context = new ComputeContext(2);
        context.Dispose();
        context.Dispose();
        Assert.Throws<ObjectDisposedException>(() => context.For(1, (_, _) => { }));
    }

    private static void WaitUntil(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(10)));

    /// <summary>Work that says who ran it.</summary>
}
