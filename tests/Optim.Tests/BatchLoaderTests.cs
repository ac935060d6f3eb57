// SPDX-License-Identifier: MIT
using Ai8x.Autograd;
using Ai8x.Tensors;

namespace Ai8x.Optim.Tests;

public sealed class BatchLoaderTests
{
    private const int BatchSize = 8;

    private static readonly int[] Order = [.. Enumerable.Range(0, 50).Select(i => i * 7 % 50)];

    /// <summary>Whether the source waits for a disk: then a thread of its own reads ahead, else who computes a block gathers it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Batches_HoldTheSamplesInOrder_TheLastWhatIsLeft(bool waits)
    {
        using var context = new ComputeContext(3);
        var source = new QuadrantSource(50) { Waits = waits };
        var loader = new BatchLoader(source, BatchSize);
        for (int round = 0; round < 2; round++)
        {
            int next = 0;
            var sample = new sbyte[source.Shape.Count];
            foreach (Batch batch in loader.Batches(Order))
            {
                Assert.Equal(Math.Min(BatchSize, 50 - next), batch.Count);
                // Some at a time, the last ones first, by several workers, and the first of them twice.
                context.For(batch.Count, (item, _) => batch.Need(batch.Count - 1 - item, 1));
                batch.Need(0, Math.Min(3, batch.Count));
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

    [Fact]
    public void SamplesInMemory_AreReadOnlyWhenTheyAreNeeded()
    {
        var reads = new List<int[]>();
        foreach (Batch batch in new BatchLoader(new QuadrantSource(50) { OnFill = reads.Add }, BatchSize).Batches(Order))
        {
            Assert.Empty(reads);
            batch.Need(1, 1);
            Assert.Equal([batch.SampleIndices[1]], Assert.Single(reads));
            reads.Clear();
        }
    }

    /// <summary>Changes of a training image are those of the sample and the epoch, whoever makes them and in whatever pieces.</summary>
    [Fact]
    public void ChangedImages_AreTheSameInPiecesAndAtOnce()
    {
        var options = new TrainingOptions { MirrorImages = true, ShiftImages = 2, HideImages = 3, Seed = 5 };
        using var context = new ComputeContext(4);
        var pieces = new BatchLoader(new QuadrantSource(50), BatchSize, IImageChange.Of(options, QuadrantSource.Map));
        var whole = new BatchLoader(new QuadrantSource(50) { Waits = true }, BatchSize, IImageChange.Of(options, QuadrantSource.Map));
        for (int epoch = 0; epoch < 3; epoch++)
            foreach ((Batch piece, Batch all) in pieces.Batches(Order, epoch).Zip(whole.Batches(Order, epoch)))
            {
                context.For(piece.Count, (item, _) => piece.Need(item, 1));
                int count = all.Count * QuadrantSource.Map.Count;
                Assert.Equal(all.Samples[..count], piece.Samples[..count]);
            }
    }

    /// <summary>Reading runs ahead, but a failure is told where its batch would have come.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public void Failure_OfTheSource_ComesInPlaceOfItsBatch(int failing)
    {
        int reads = 0;
        var source = new QuadrantSource(50) { Waits = true, OnFill = _ => { if (reads++ == failing) throw new IOException("the disk is gone"); } };
        int seen = 0;
        var failure = Assert.Throws<IOException>(() =>
        {
            foreach (Batch batch in new BatchLoader(source, BatchSize).Batches(Order)) seen++;
        });
        Assert.Equal("the disk is gone", failure.Message);
        Assert.Equal(failing, seen);
    }

    [Fact]
    public void Failure_OfASourceInMemory_ComesToWhoComputes()
    {
        using var context = new ComputeContext(2);
        var source = new QuadrantSource(50) { OnFill = indices => { if (indices.Contains(Order[5])) throw new IOException("the memory is gone"); } };
        Batch batch = new BatchLoader(source, BatchSize).Batches(Order).First();
        var failure = Assert.Throws<IOException>(() => context.For(batch.Count, (item, _) => batch.Need(item, 1)));
        Assert.Equal("the memory is gone", failure.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(6)]
    public void ReaderThatStops_EndsTheLoading(int after)
    {
        int reads = 0, inside = 0;
        var source = new QuadrantSource(50)
        {
            Waits = true,
            OnFill = _ =>
            {
                Interlocked.Increment(ref inside);
                Interlocked.Increment(ref reads);
                Thread.Sleep(2); // So that the reader stops while somebody reads.
                Interlocked.Decrement(ref inside);
            },
        };
        int seen = 0;
        foreach (Batch batch in new BatchLoader(source, BatchSize).Batches(Order))
            if (seen++ == after) break;

        // Nobody reads any more once the loop is left: at most the batches seen and one ahead were.
        Assert.Equal(0, Volatile.Read(ref inside));
        int then = Volatile.Read(ref reads);
        Assert.InRange(then, 1, after + 2);
        Thread.Sleep(20); // A loader that went on would read meanwhile; that nothing happens can only be waited for.
        Assert.Equal(then, Volatile.Read(ref reads));
    }

    [Fact]
    public void NextBatch_IsReadWhileTheReaderHasThePresentOne()
    {
        int reads = 0;
        var source = new QuadrantSource(50) { Waits = true, OnFill = _ => Interlocked.Increment(ref reads) };
        int seen = 0;
        foreach (Batch batch in new BatchLoader(source, BatchSize).Batches(Order))
        {
            int wanted = Math.Min(7, ++seen + 1);
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref reads) == wanted, TimeSpan.FromSeconds(10)));
        }

        Assert.Equal(7, seen);
    }
}
