// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Optim;

/// <summary>
/// Moves every training image by some rows and columns; what comes in at an edge repeats the edge. Rows downwards are random element 1, columns to the right
/// element 2, each uniform in <c>-distance .. distance</c>.
/// </summary>
internal sealed class ImageShift(ulong seed, SampleShape shape, int distance) : IImageChange
{
    private readonly CounterRandom _random = new(seed, RandomPurpose.Augmentation);

    // Each thread its own, because several change images of a batch at the same time.
    [ThreadStatic]
    private static sbyte[]? _image;

    public void Apply(int epoch, ReadOnlySpan<int> indices, Span<sbyte> samples)
    {
        if (_image is null || _image.Length < shape.Count) _image = new sbyte[shape.Count];
        for (int i = 0; i < indices.Length; i++) Move(_image, samples.Slice(i * shape.Count, shape.Count), Distance(epoch, indices[i], 1), Distance(epoch, indices[i], 2));
    }

    private int Distance(int epoch, int sample, int element) => IImageChange.Below(_random.Bits(0, epoch, sample, element), 2 * distance + 1) - distance;

    private void Move(sbyte[] image, Span<sbyte> sample, int down, int right)
    {
        if (down == 0 && right == 0) return;
        sample.CopyTo(image);
        int row = shape.Width * shape.Channels;
        for (int y = 0; y < shape.Height; y++)
        {
            MoveRow(image.AsSpan(Math.Clamp(y - down, 0, shape.Height - 1) * row, row), sample.Slice(y * row, row), right);
        }
    }

    private void MoveRow(ReadOnlySpan<sbyte> from, Span<sbyte> to, int right)
    {
        int channels = shape.Channels, first = Math.Clamp(right, 0, shape.Width), end = Math.Clamp(shape.Width + right, 0, shape.Width);
        if (first < end) from[((first - right) * channels)..((end - right) * channels)].CopyTo(to[(first * channels)..]);
        for (int x = 0; x < first; x++) from[..channels].CopyTo(to[(x * channels)..]);
        for (int x = end; x < shape.Width; x++) from[^channels..].CopyTo(to[(x * channels)..]);
    }
}
