// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Optim;

/// <summary>Mirrors training images left to right, each in half of the epochs. The lowest bit of random element 0 says whether.</summary>
internal sealed class ImageMirror(ulong seed, SampleShape shape) : IImageChange
{
    private readonly CounterRandom _random = new(seed, RandomPurpose.Augmentation);

    public void Apply(int epoch, ReadOnlySpan<int> indices, Span<sbyte> samples)
    {
        for (int i = 0; i < indices.Length; i++)
        {
            if ((_random.Bits(0, epoch, indices[i], 0) & 1) != 0) Mirror(samples.Slice(i * shape.Count, shape.Count));
        }
    }

    private void Mirror(Span<sbyte> sample)
    {
        int row = shape.Width * shape.Channels;
        for (int start = 0; start < sample.Length; start += row)
        {
            Span<sbyte> pixels = sample.Slice(start, row);
            // Reversing the values of a row reverses the channels of each pixel too; those are turned back.
            pixels.Reverse();
            for (int pixel = 0; shape.Channels > 1 && pixel < row; pixel += shape.Channels) pixels.Slice(pixel, shape.Channels).Reverse();
        }
    }
}
