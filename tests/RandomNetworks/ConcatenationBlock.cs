// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.RandomNetworks;

/// <summary>Branches whose outputs are read as one map: by channel, by pass, or by row (machine.md section 10.1a).</summary>
internal static class ConcatenationBlock
{
    public static bool TryAdd(NetworkBuilder builder)
    {
        if (Branches.Choose(builder) is not Geometry geometry) return false;
        (int rows, int columns) = geometry.Output(builder.Current.Shape);
        return builder.Random.Next(4) switch
        {
            0 => ByPass(builder, geometry, rows, columns),
            1 => ByRow(builder, geometry, rows, columns),
            _ => ByChannel(builder, geometry, rows, columns),
        };
    }

    private static bool ByChannel(NetworkBuilder builder, Geometry geometry, int rows, int columns)
    {
        Random random = builder.Random;
        int[] channels = [.. Enumerable.Range(0, random.Next(2, 4)).Select(_ => random.Next(1, 17))];
        int groups = channels.Sum(c => (c + 3) / 4), processor = 4 * random.Next(17 - groups);
        if (builder.Memory.Take(rows * columns) is not Region region) return false;
        Tensor source = builder.Current;
        int first = builder.Count;
        ulong all = 0;
        foreach (int count in channels)
        {
            ProcessorMap map = new(((1ul << count) - 1) << processor);
            if (!Branches.TryAdd(builder, source, geometry, new(rows, columns, count), new(map, region.First))) return Branches.GiveUp(builder);
            all |= map.Bits;
            processor += (count + 3) / 4 * 4;
        }

        builder.Note("concat-channels");
        builder.Advance(new Tensor([.. Enumerable.Range(first, channels.Length)], new(rows, columns, channels.Sum()), new(all), region, region.First));
        return true;
    }

    private static bool ByPass(NetworkBuilder builder, Geometry geometry, int rows, int columns)
    {
        Random random = builder.Random;
        int parts = random.Next(2, 4), channels = 4 * random.Next(parts == 2 ? 9 : 11, 17);
        if (rows * columns > 36 || builder.Memory.Take(rows * columns * parts) is not Region region) return false;
        Tensor source = builder.Current;
        ProcessorMap map = Channels.Neighbours(random, channels, anyLane: false);
        int first = builder.Count;
        for (int k = 0; k < parts; k++)
        {
            if (!Branches.TryAdd(builder, source, geometry, new(rows, columns, channels), new(map, region.First + k, parts - 1))) return Branches.GiveUp(builder);
        }

        builder.Note("concat-passes");
        builder.Advance(new Tensor([.. Enumerable.Range(first, parts)], new(rows, columns, parts * channels), map, region, region.First));
        return true;
    }

    private static bool ByRow(NetworkBuilder builder, Geometry geometry, int rows, int columns)
    {
        Random random = builder.Random;
        int parts = random.Next(2, 4), channels = random.Next(6) == 0 && rows * columns <= 16 ? random.Next(65, 129) : random.Next(1, 33);
        int words = rows * columns * Channels.Passes(channels);
        if (parts * rows > 1000 || builder.Memory.Take(words * parts) is not Region region) return false;
        Tensor source = builder.Current;
        ProcessorMap map = Channels.Neighbours(random, channels, channels <= 64);
        int first = builder.Count;
        for (int k = 0; k < parts; k++)
        {
            if (!Branches.TryAdd(builder, source, geometry, new(rows, columns, channels), new(map, region.First + k * words))) return Branches.GiveUp(builder);
        }

        builder.Note("concat-rows");
        builder.Advance(new Tensor([.. Enumerable.Range(first, parts)], new(parts * rows, columns, channels), map, region, region.First) { NamesDimensions = true });
        return true;
    }
}
