// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Datasets;
using Ai8x.Networks;
using Ai8x.Quant;
using Ai8x.Tensors;

namespace Ai8x.Flow;

/// <summary>The images of a verification: one sample file, or the first test images of a data set with their labels.</summary>
/// <param name="Samples">The images, each <c>[C, H, W]</c>.</param>
/// <param name="Labels">One label per image; empty for a sample file.</param>
/// <param name="SampleFile">The sample file, or null.</param>
internal sealed record VerificationImages(ImmutableArray<ImmutableArray<sbyte>> Samples, ImmutableArray<int> Labels, string? SampleFile)
{
    public static VerificationImages Take(SampleSource source, int count, FeatureShape input, string dataset)
    {
        SampleShape shape = source.Shape;
        if (new FeatureShape(shape.Height, shape.Width, shape.Channels) != input)
        {
            throw new FlowException($"The model takes {input}, '{dataset}' has {shape.Channels}x{shape.Height}x{shape.Width}. Choose the data set that the model was trained on.");
        }

        if (count > source.Count)
        {
            throw new FlowException(string.Create(CultureInfo.InvariantCulture, $"--images {count}: the test part of '{dataset}' has {source.Count} images. Choose at most that many."));
        }

        ImmutableArray<ImmutableArray<sbyte>>.Builder samples = ImmutableArray.CreateBuilder<ImmutableArray<sbyte>>(count);
        var buffer = new sbyte[shape.Count];
        for (int i = 0; i < count; i++)
        {
            source.Fill([i], buffer);
            samples.Add([.. SampleOrders.ToChannelsFirst(buffer, input)]);
        }

        return new VerificationImages(samples.MoveToImmutable(), [.. Enumerable.Range(0, count).Select(source.Label)], null);
    }
}
