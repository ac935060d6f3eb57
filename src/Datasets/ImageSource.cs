// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Tensors;

namespace Ai8x.Datasets;

/// <summary>Images of a file, or some of them in an order of its own; the pixels are shared between the parts of a data set.</summary>
internal sealed class ImageSource : SampleSource
{
    private readonly LabelledImages _images;
    private readonly int[] _order;

    public ImageSource(string name, LabelledImages images, int[] order, ImmutableArray<string> classNames)
    {
        Name = name;
        _images = images;
        _order = order;
        ClassNames = classNames;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override int Count => _order.Length;

    /// <inheritdoc/>
    public override SampleShape Shape => _images.Shape;

    /// <inheritdoc/>
    public override bool IsInMemory => true;

    /// <inheritdoc/>
    public override ImmutableArray<string> ClassNames { get; }

    /// <inheritdoc/>
    public override int Label(int index) => _images.Labels.Span[Place(index, nameof(index))];

    /// <inheritdoc/>
    public override void Fill(ReadOnlySpan<int> indices, Span<sbyte> destination)
    {
        int size = Shape.Count;
        if (destination.Length < (long)indices.Length * size)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"{indices.Length} samples of {size} values do not fit into {destination.Length}."),
                nameof(destination));
        }

        for (int i = 0; i < indices.Length; i++)
        {
            _images.Pixels.AsSpan(Place(indices[i], nameof(indices)) * size, size).CopyTo(destination[(i * size)..]);
        }
    }

    private int Place(int index, string parameter)
    {
        if ((uint)index >= (uint)_order.Length)
        {
            throw new ArgumentOutOfRangeException(
                parameter,
                index,
                string.Create(CultureInfo.InvariantCulture, $"'{Name}' has the samples 0 to {_order.Length - 1}."));
        }

        return _order[index];
    }
}
