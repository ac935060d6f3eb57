// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.RandomNetworks;

/// <summary>Layers that fill and move a rolling buffer, which then is what the next layer reads (network-yaml.md section 6). A network has one at most.</summary>
internal static class RollingBufferBlock
{
    public static bool TryAdd(NetworkBuilder builder)
    {
        Random random = builder.Random;
        Tensor source = builder.Current;
        if (builder.Buffer is not null || builder.Count == 0 || builder.Last!.Streaming || !source.IsShared || source.Operands > 1) return false;
        if (Geometry.Choose(random, source.Shape) is not { IsFolded: false } geometry) return false;
        (int rows, int columns) = geometry.Output(source.Shape);
        int pixels = rows * columns, width = random.Next(3) == 0 ? columns : pixels % 2 == 0 && random.Next(2) == 0 ? 2 : 1, inserted = pixels / width;
        if (pixels > 48 || width * inserted != pixels) return false;
        int length = inserted + random.Next(1, 5), channels = random.Next(6) == 0 ? random.Next(65, 129) : random.Next(1, 33), passes = Channels.Passes(channels);

        // A shift brings in as many rows from behind the buffer, which must be free.
        int moved = random.Next(1, length + 1), words = width * passes;
        Region region = builder.BufferRegion;
        if ((length + moved) * words > region.Count) return false;
        ProcessorMap map = Channels.Neighbours(random, channels, anyLane: false);
        builder.Buffer = new("rolling", map, channels, length, width, 4 * region.First, 8);
        FeatureShape output = new(rows, columns, channels);
        Place last = new(map, region.First + (length - inserted) * words);
        if (!TryInsert(builder, source, geometry, output, last, inserted))
        {
            builder.Buffer = null;
            return false;
        }

        // Nothing of it is ever given back.
        Tensor buffer = new([-2], new(length, width, channels), map, default, region.First) { NamesDimensions = true };
        if (random.Next(3) != 0)
        {
            Tensor ahead = buffer with { Start = region.First + moved * words };
            builder.Add(WeightedLayer.Placed(builder.Reading(ahead) with { Operator = LayerOperator.None, BufferShift = moved }, new(map, region.First)));
            builder.Note("buffer-shift");
            if (random.Next(2) == 0) TryInsert(builder, source, geometry, output, last, inserted);
        }

        builder.Note("buffer");
        builder.Advance(buffer);
        return true;
    }

    private static bool TryInsert(NetworkBuilder builder, Tensor source, Geometry geometry, FeatureShape output, Place place, int rows) =>
        WeightedLayer.TryAdd(builder, builder.Reading(source) with { BufferInsert = rows }, source, geometry, output, place, WeightedLayer.Bits(builder.Random));
}
