// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Optim;

/// <summary>
/// Mirrors training images left to right, each in half of the epochs. Whether an image is mirrored follows from the seed, the epoch and the image alone, so a resumed run
/// sees what the uninterrupted one does: the lowest bit of the random number of purpose <see cref="RandomPurpose.Augmentation"/>, layer 0, the epoch as
/// step, the sample's index, element 0.
/// </summary>
internal sealed class ImageMirror(ulong seed, SampleShape shape)
{
    private readonly CounterRandom _random = new(seed, RandomPurpose.Augmentation);

    /// <summary>Mirrors those of some images whose turn it is.</summary>
    /// <param name="epoch">Epoch, from 0.</param>
    /// <param name="indices">The samples.</param>
    /// <param name="samples">Their values, one sample after another, <c>[H, W, C]</c>.</param>
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
