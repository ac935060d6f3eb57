// SPDX-License-Identifier: MIT
using Ai8x.Autograd;
using Ai8x.Tensors;

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

    /// <summary>Row by row, pixel by pixel, channels in their order; in about half of the cases, and the same each time.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void MirroredImages_AreThoseThatSeedAndEpochSay(int channels)
    {
        var shape = new SampleShape(3, 5, channels);
        var random = new Random(channels);
        var image = new sbyte[shape.Count];
        for (int i = 0; i < image.Length; i++) image[i] = (sbyte)random.Next(-128, 128);
        var expected = new sbyte[shape.Count];
        for (int h = 0; h < 3; h++)
            for (int w = 0; w < 5; w++)
                for (int c = 0; c < channels; c++) expected[(h * 5 + w) * channels + c] = image[(h * 5 + 4 - w) * channels + c];
        int mirrored = 0;
        for (int epoch = 0; epoch < 10; epoch++)
        {
            int[] indices = [.. Enumerable.Range(epoch * 7, 100)];
            sbyte[] samples = [.. indices.SelectMany(_ => image)];
            new ImageMirror(4, shape).Apply(epoch, indices, samples);
            for (int i = 0; i < indices.Length; i++)
            {
                bool turned = (new CounterRandom(4, RandomPurpose.Augmentation).Bits(0, epoch, indices[i], 0) & 1) == 1;
                Assert.Equal(turned ? expected : image, samples[(i * shape.Count)..((i + 1) * shape.Count)]);
                if (turned) mirrored++;
            }
        }

        Assert.InRange(mirrored, 420, 580);
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
