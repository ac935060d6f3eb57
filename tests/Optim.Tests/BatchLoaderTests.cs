// SPDX-License-Identifier: MIT
using Ai8x.Autograd;

namespace Ai8x.Optim.Tests;

public sealed class BatchLoaderTests
{
    private const int BatchSize = 8;

    private static readonly int[] Order = [.. Enumerable.Range(0, 50).Select(i => i * 7 % 50)];

    [Fact]
    public void Batches_HoldTheSamplesInOrder_TheLastWhatIsLeft()
    {
        var source = new QuadrantSource(50);
        var loader = new BatchLoader(source, BatchSize);
        for (int round = 0; round < 2; round++)
        {
            int next = 0;
            var sample = new sbyte[source.Shape.Count];
            foreach (Batch batch in loader.Batches(Order))
            {
                Assert.Equal(Math.Min(BatchSize, 50 - next), batch.Count);
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
        int reads = 0;
        var source = new QuadrantSource(50) { OnFill = _ => { if (reads++ == failing) throw new IOException("the disk is gone"); } };
        int seen = 0;
        var failure = Assert.Throws<IOException>(() =>
        {
            foreach (Batch batch in new BatchLoader(source, BatchSize).Batches(Order)) seen++;
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
        int reads = 0;
        var source = new QuadrantSource(50) { OnFill = _ => Interlocked.Increment(ref reads) };
        int seen = 0;
        foreach (Batch batch in new BatchLoader(source, BatchSize).Batches(Order))
            if (seen++ == after) break;

        // Nobody reads any more once the loop is left: at most the batches seen and two ahead were.
        int then = Volatile.Read(ref reads);
        Assert.InRange(then, 1, after + 3);
        Thread.Sleep(20); // A loader that went on would read meanwhile; that nothing happens can only be waited for.
        Assert.Equal(then, Volatile.Read(ref reads));
    }
}
