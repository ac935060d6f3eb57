// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Optim.Tests;

/// <summary>Changes of training images against plain loops and the random numbers that docs/numeric-contract.md names.</summary>
public sealed class ImageChangeTests
{
    private const int Height = 5, Width = 7, Epochs = 10, Images = 100;

    private static CounterRandom Numbers => new(4, RandomPurpose.Augmentation);

    private delegate sbyte Pixel(int h, int w, int c);

    /// <summary>Row by row, pixel by pixel, channels in their order; in about half of the cases.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Mirrored_AreTheImagesThatSeedAndEpochSay(int channels)
    {
        int mirrored = Check(shape => new ImageMirror(4, shape), channels, (original, epoch, sample) =>
        {
            bool turned = (Numbers.Bits(0, epoch, sample, 0) & 1) == 1;
            return turned ? (h, w, c) => original(h, Width - 1 - w, c) : original;
        });

        Assert.InRange(mirrored, 420, 580);
    }

    /// <summary>By every distance in about equal shares; one in twenty-five stays where it is.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Shifted_AreAllImages_WithTheirEdgesRepeated(int channels)
    {
        var counts = new Dictionary<(int, int), int>();
        int moved = Check(shape => new ImageShift(4, shape, 2), channels, (original, epoch, sample) =>
        {
            int down = (int)Math.Floor(Numbers.Bits(0, epoch, sample, 1) / 4294967296.0 * 5) - 2, right = (int)Math.Floor(Numbers.Bits(0, epoch, sample, 2) / 4294967296.0 * 5) - 2;
            counts[(down, right)] = counts.GetValueOrDefault((down, right)) + 1;
            return (h, w, c) => original(Math.Min(Math.Max(h - down, 0), Height - 1), Math.Min(Math.Max(w - right, 0), Width - 1), c);
        });

        Assert.Equal(25, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 15, 70));
        Assert.Equal(Images * Epochs - counts[(0, 0)], moved);
    }

    /// <summary>A distance beyond the image leaves its edge.</summary>
    [Fact]
    public void Shifted_ByMoreThanTheImage_LeaveOneRowOrColumn() =>
        Check(shape => new ImageShift(4, shape, 64), 2, (original, epoch, sample) =>
        {
            int down = (int)Math.Floor(Numbers.Bits(0, epoch, sample, 1) / 4294967296.0 * 129) - 64, right = (int)Math.Floor(Numbers.Bits(0, epoch, sample, 2) / 4294967296.0 * 129) - 64;
            return (h, w, c) => original(Math.Min(Math.Max(h - down, 0), Height - 1), Math.Min(Math.Max(w - right, 0), Width - 1), c);
        });

    /// <summary>Rectangles of every size and place, in about half of the cases, never larger than asked for or than the image.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 4)]
    [InlineData(3, 4)]
    [InlineData(3, 6)]
    [InlineData(2, 64)]
    public void Hidden_AreRectanglesInsideTheImages(int channels, int size)
    {
        var places = new HashSet<(int, int, int, int)>();
        int hidden = Check(shape => new ImageHiding(4, shape, size), channels, (original, epoch, sample) =>
        {
            if ((Numbers.Bits(0, epoch, sample, 3) & 1) == 0) return original;
            int Number(int element, int count) => (int)Math.Floor(Numbers.Bits(0, epoch, sample, element) / 4294967296.0 * count);
            int height = 1 + Number(4, Math.Min(size, Height)), width = 1 + Number(5, Math.Min(size, Width));
            int top = Number(6, Height - height + 1), left = Number(7, Width - width + 1);
            Assert.True(top + height <= Height && left + width <= Width);
            places.Add((height, width, top, left));
            return (h, w, c) => h >= top && h < top + height && w >= left && w < left + width ? (sbyte)0 : original(h, w, c);
        });

        Assert.InRange(hidden, 420, 580);
        Assert.Equal(Math.Min(size, Height), places.Max(place => place.Item1));
        Assert.Equal(Math.Min(size, Width), places.Max(place => place.Item2));
        Assert.Contains(places, place => place.Item3 + place.Item1 == Height);
        Assert.Contains(places, place => place.Item4 + place.Item2 == Width);
    }

    /// <summary>First turned, then moved, then hidden: what is hidden stays hidden.</summary>
    [Fact]
    public void AllThree_HappenInThisOrder_AndOnlyThoseThatAreAskedFor()
    {
        var shape = new SampleShape(Height, Width, 2);
        Assert.Empty(IImageChange.Of(new TrainingOptions(), shape));
        IImageChange[] changes = IImageChange.Of(new TrainingOptions { Seed = 4, MirrorImages = true, ShiftImages = 2, HideImages = 3 }, shape);

        Assert.Equal([typeof(ImageMirror), typeof(ImageShift), typeof(ImageHiding)], changes.Select(change => change.GetType()));
    }

    /// <summary>Applies a change to one image as many samples in many epochs; how many came out different.</summary>
    private static int Check(Func<SampleShape, IImageChange> make, int channels, Func<Pixel, int, int, Pixel> expected)
    {
        var shape = new SampleShape(Height, Width, channels);
        var random = new Random(channels);
        var image = new sbyte[shape.Count];
        // Odd, so that nothing hidden looks as before.
        for (int i = 0; i < image.Length; i++) image[i] = (sbyte)(random.Next(-64, 64) * 2 + 1);
        IImageChange change = make(shape);
        int changed = 0;
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            int[] indices = [.. Enumerable.Range(epoch * 7, Images)];
            sbyte[] samples = [.. indices.SelectMany(_ => image)];
            change.Apply(epoch, indices, samples);
            for (int i = 0; i < indices.Length; i++)
            {
                Pixel pixel = expected((h, w, c) => image[(h * Width + w) * channels + c], epoch, indices[i]);
                sbyte[] wanted = [.. Enumerable.Range(0, shape.Count).Select(at => pixel(at / channels / Width, at / channels % Width, at % channels))];
                Assert.Equal(wanted, samples[(i * shape.Count)..((i + 1) * shape.Count)]);
                if (!wanted.AsSpan().SequenceEqual(image)) changed++;
            }
        }

        return changed;
    }
}
