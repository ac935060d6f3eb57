// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.RandomNetworks;

/// <summary>One convolution of any kind.</summary>
internal static class ConvolutionBlock
{
    public static bool TryAdd(NetworkBuilder builder) => TryAdd(builder, wide: false);

    /// <summary>A last layer with 32-bit output.</summary>
    public static bool TryAddWide(NetworkBuilder builder) => TryAdd(builder, wide: true);

    /// <summary>Channels for a map of a number of pixels: seldom many.</summary>
    public static int Outputs(Random random, int pixels) => random.Next(10) switch
    {
        0 when pixels <= 4 => random.Next(65, 1025),
        0 or 1 when pixels <= 64 => random.Next(65, 257),
        2 => random.Next(41, 65),
        _ => random.Next(1, 41),
    };

    private static bool TryAdd(NetworkBuilder builder, bool wide)
    {
        Random random = builder.Random;
        Tensor source = builder.Current;
        if (Geometry.Choose(random, source.Shape) is not Geometry geometry) return false;
        (int rows, int columns) = geometry.Output(source.Shape);
        int bits = WeightedLayer.Bits(random);
        bool mayBeSpaced = !wide && geometry is { Operator: LayerOperator.Conv2d, KernelRows: 3 } && source.Passes == 1 && bits == 8 && random.Next(3) == 0;
        FeatureShape output = new(rows, columns, mayBeSpaced ? random.Next(2, 9) : Outputs(random, rows * columns));
        ProcessorMap? spaced = mayBeSpaced ? Channels.Spaced(random, output.Channels) : null;
        ProcessorMap map = spaced ?? WeightedLayer.Map(random, output.Channels, bits);
        int passes = Channels.Passes(output.Channels), step = passes * (wide ? 4 : 1), surplus = 0, pixels = output.Pixels;
        if (geometry.IsFolded)
        {
            surplus = geometry.KernelRows == 3 ? geometry.Dilation * passes : 0;
            pixels = (source.Shape.Rows + geometry.Dilation - 1) / geometry.Dilation * geometry.Dilation;

            // The folded image is read to the end of its last row, also from a FIFO, which has no more than the sample.
            if (builder.ReadsFifo && pixels > source.Shape.Rows) return false;
            if (wide || source.Offset / 4 + pixels * source.Passes > DataRegions.Words) return false;
        }

        if (builder.Memory.Take(surplus + pixels * step) is not Region region) return false;
        int start = region.First + surplus;
        if (!WeightedLayer.TryAdd(builder, builder.Reading(source), source, geometry, output, new(map, start), bits, wide, spaced is not null))
        {
            builder.Memory.Release(region);
            return false;
        }

        if (spaced is not null) builder.Note("spaced-map");
        builder.Advance(new Tensor([builder.Count - 1], output, map, region, start));
        return true;
    }
}
