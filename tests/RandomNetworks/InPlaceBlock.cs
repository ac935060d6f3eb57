// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.RandomNetworks;

/// <summary>
/// A layer that writes over its own input, never before it has read a word for the last time (machine.md section 11.8): the output has no more words
/// for each pixel than the input, no larger rows, and begins where the input begins or in front of it.
/// </summary>
internal static class InPlaceBlock
{
    public static bool TryAdd(NetworkBuilder builder)
    {
        Random random = builder.Random;
        Tensor source = builder.Current;
        if (!source.IsShared || source.Region.Count == 0 || source.Crop != (0, 0) || source.Operands > 1 || builder.IsKept(source) || builder.Last is null or { Streaming: true }) return false;
        Geometry geometry = random.Next(3) == 0 ? new(LayerOperator.Conv2d, 1, 1, 0) : new(LayerOperator.Conv2d, 3, 3, random.Next(2));
        (int rows, int columns) = geometry.Output(source.Shape);
        if (rows < 1 || columns < 1) return false;
        int channels = random.Next(1, Math.Min(40, 64 * source.Passes) + 1), bits = WeightedLayer.Bits(random);
        ProcessorMap map = WeightedLayer.Map(random, channels, bits);
        builder.MarkInPlace();
        if (!WeightedLayer.TryAdd(builder, builder.Reading(source), source, geometry, new(rows, columns, channels), new(map, source.Start), bits))
        {
            builder.UnmarkInPlace();
            return false;
        }

        builder.Note("in-place");
        builder.Current = new Tensor([builder.Count - 1], new(rows, columns, channels), map, source.Region, source.Start);
        return true;
    }
}
