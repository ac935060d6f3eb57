// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Optim;

/// <summary>
/// Hides a rectangle of a training image in half of the epochs, after DeVries and Taylor, "Improved regularization of convolutional neural networks with cutout", 2017, with
/// sides that vary: its values become 0, the middle of their range. The lowest bit of random element 3 says whether; elements 4 to 7 are its height and width, each uniform in <c>1 .. size</c>, and its first row and
/// column, uniform among those where it lies inside the image.
/// </summary>
internal sealed class ImageHiding(ulong seed, SampleShape shape, int size) : IImageChange
{
    private readonly CounterRandom _random = new(seed, RandomPurpose.Augmentation);

    public void Apply(int epoch, ReadOnlySpan<int> indices, Span<sbyte> samples)
    {
        for (int i = 0; i < indices.Length; i++)
        {
            if ((_random.Bits(0, epoch, indices[i], 3) & 1) != 0) Hide(epoch, indices[i], samples.Slice(i * shape.Count, shape.Count));
        }
    }

    private void Hide(int epoch, int index, Span<sbyte> sample)
    {
        int height = 1 + Number(4, Math.Min(size, shape.Height)), width = 1 + Number(5, Math.Min(size, shape.Width));
        int top = Number(6, shape.Height - height + 1), left = Number(7, shape.Width - width + 1);
        for (int y = top; y < top + height; y++) sample.Slice((y * shape.Width + left) * shape.Channels, width * shape.Channels).Clear();

        int Number(int element, int count) => IImageChange.Below(_random.Bits(0, epoch, index, element), count);
    }
}
