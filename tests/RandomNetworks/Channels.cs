// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.RandomNetworks;

/// <summary>How channels are dealt over processors (network-yaml.md section 3.7), and maps for them.</summary>
internal static class Channels
{
    public static int Passes(int channels) => (channels + 63) / 64;

    public static int PerPass(int channels)
    {
        int passes = Passes(channels), each = (channels + passes - 1) / passes;
        return passes == 1 ? each : Math.Min(64, (each + 3) / 4 * 4);
    }

    /// <summary>Neighbouring processors for a number of channels.</summary>
    /// <param name="random">Random numbers.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="anyLane">Whether the first processor may be any, and not only every fourth.</param>
    /// <param name="zero">Whether processor 0 belongs to the map.</param>
    public static ProcessorMap Neighbours(Random random, int channels, bool anyLane, bool zero = false)
    {
        int count = PerPass(channels), room = 64 - count;
        int first = zero ? 0 : anyLane ? random.Next(room + 1) : 4 * random.Next(room / 4 + 1);
        return new((count == 64 ? ulong.MaxValue : (1ul << count) - 1) << first);
    }

    /// <summary>Where a layer without operator writes: in each quadrant that it reads, packed, from the first lane of an instance on.</summary>
    public static ProcessorMap Packed(Random random, ProcessorMap input)
    {
        ulong map = 0;
        for (int quadrant = 0; quadrant < 4; quadrant++)
        {
            int count = new ProcessorMap(input.Quadrant(quadrant)).Count;
            if (count == 0) continue;
            int first = 4 * random.Next((16 - count) / 4 + 1);
            map |= ((1ul << count) - 1) << (16 * quadrant + first);
        }

        return new(map);
    }

    /// <summary>Processors that leave the same number free between each two, or null if there is no room.</summary>
    public static ProcessorMap? Spaced(Random random, int channels)
    {
        int step = random.Next(2, 5);
        if (channels is < 2 or > 16 || (channels - 1) * step > 15) return null;
        ulong map = 0;
        for (int i = 0; i < channels; i++) map |= 1ul << (i * step);
        return new(map << (16 * random.Next(4)));
    }
}
