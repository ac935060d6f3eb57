// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.RandomNetworks;

/// <summary>A fully connected layer on a vector or on a flattened map.</summary>
internal static class LinearBlock
{
    private const int MostFlattenedSteps = 256;

    public static bool TryAdd(NetworkBuilder builder)
    {
        Random random = builder.Random;
        Tensor source = builder.Current;
        bool flatten = source.Shape.Pixels > 1;

        // The pass counter of a flattened map has eight bits (machine.md section 15.2).
        if (flatten && !source.IsShared) return false;
        if (flatten && source.Shape.Pixels * source.Passes > MostFlattenedSteps) return false;
        FeatureShape output = new(1, 1, ConvolutionBlock.Outputs(random, 1));
        int bits = WeightedLayer.Bits(random);
        ProcessorMap map = WeightedLayer.Map(random, output.Channels, bits);
        if (builder.Memory.Take(Channels.Passes(output.Channels)) is not Region region) return false;
        if (!WeightedLayer.TryAdd(builder, builder.Reading(source) with { Flatten = flatten }, source, Geometry.Point, output, new(map, region.First), bits))
        {
            builder.Memory.Release(region);
            return false;
        }

        builder.Advance(new Tensor([builder.Count - 1], output, map, region, region.First));
        return true;
    }
}
