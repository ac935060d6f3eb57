// SPDX-License-Identifier: MIT
using Ai8x.Autograd;
using Ai8x.Tensors;

namespace Ai8x.Optim.Tests;

public sealed class BatchLoaderTests
{
    private const int BatchSize = 8;

    private static readonly int[] Order = [.. Enumerable.Range(0, 50).Select(i => i * 7 % 50)];

    /// <summary>Threads, and whether the source waits for a disk: loading on a thread of its own, and by a worker.</summary>
    public static TheoryData<int, bool> Kinds => new() { { 1, true }, { Math.Clamp(Environment.ProcessorCount, 2, ComputeContext.MaximumThreads), false } };

    [Theory]
    [MemberData(nameof(Kinds))]
    [InlineData(1, false)]
    public void Batches_HoldTheSamplesInOrder_TheLastWhatIsLeft(int threads, bool waits)
    {
        using var context = new ComputeContext(threads);
        var source = new QuadrantSource(50) { Waits = waits };
        var loader = new BatchLoader(source, BatchSize, context);
        for (int round = 0; round < 2; round++)
        {
            int next = 0;
            var sample = new sbyte[source.Shape.Count];
            foreach (Batch batch in loader.Batches(Order))
            {
                Assert.Equal(Math.Min(BatchSize, 50 - next), batch.Count);
                // The workers have other work as well.
                if (round == 1) context.For(5, (_, _) => Thread.SpinWait(1000));
                for (int i = 0; i < batch.Count; i++, next++)
                {
                    source.Fill([Order[next]], sample);
                    Assert.Equal(Order[next], batch.SampleIndices[i]);
                    Assert.Equal(source.Label(Order[next]), batch.Labels[i]);
                    Assert.Equal(sample, batch.Samples.AsSpan(i * sample.Length, sample.Length).ToArray());
                }
            }

            Assert.Equal(50, next);
        }
    }

    /// <summary>Loading runs ahead, but a failure is told where its batch would have come.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public void Failure_OfTheSource_ComesInPlaceOfItsBatch(int failing)
    {
        foreach ((int threads, bool waits) in Kinds.Select(row => row.Data)) FailureComesInPlaceOfItsBatch(failing, threads, waits);
    }

    private static void FailureComesInPlaceOfItsBatch(int failing, int threads, bool waits)
    {
        using var context = new ComputeContext(threads);
        int reads = 0;
        var source = new QuadrantSource(50) { Waits = waits, OnFill = _ => { if (reads++ == failing) throw new IOException("the disk is gone"); } };
        int seen = 0;
        var failure = Assert.Throws<IOException>(() =>
        {
            foreach (Batch batch in new BatchLoader(source, BatchSize, context).Batches(Order)) seen++;
        });
        Assert.Equal("the disk is gone", failure.Message);
        Assert.Equal(failing, seen);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(6)]
    public void ReaderThatStops_EndsTheLoading(int after)
    {
        foreach ((int threads, bool waits) in Kinds.Select(row => row.Data)) StopEndsTheLoading(after, threads, waits);
    }

    private static void StopEndsTheLoading(int after, int threads, bool waits)
    {
        using var context = new ComputeContext(threads);
        int reads = 0, inside = 0;
        var source = new QuadrantSource(50)
        {
            Waits = waits,
            OnFill = _ =>
            {
                Interlocked.Increment(ref inside);
                Interlocked.Increment(ref reads);
                Thread.Sleep(2); // So that the reader stops while somebody reads.
                Interlocked.Decrement(ref inside);
            },
        };
        int seen = 0;
        foreach (Batch batch in new BatchLoader(source, BatchSize, context).Batches(Order))
            if (seen++ == after) break;

        // Nobody reads any more once the loop is left: at most the batches seen and one ahead were.
        Assert.Equal(0, Volatile.Read(ref inside));
        int then = Volatile.Read(ref reads);
        Assert.InRange(then, 1, after + 2);
        Thread.Sleep(20); // A loader that went on would read meanwhile; that nothing happens can only be waited for.
        Assert.Equal(then, Volatile.Read(ref reads));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void NextBatch_IsReadWhileTheReaderHasThePresentOne(int threads, bool waits)
    {
        using var context = new ComputeContext(threads);
        int reads = 0;
        var source = new QuadrantSource(50) { Waits = waits, OnFill = _ => Interlocked.Increment(ref reads) };
        int seen = 0;
        foreach (Batch batch in new BatchLoader(source, BatchSize, context).Batches(Order))
        {
            int wanted = Math.Min(7, ++seen + 1);
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref reads) == wanted, TimeSpan.FromSeconds(10)));
        }

        Assert.Equal(7, seen);
    }
}
