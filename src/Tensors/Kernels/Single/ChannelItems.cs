// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels.Single;

/// <summary>A tile of a group of outputs; the end is the first tile behind the last group.</summary>
internal readonly record struct ChannelPosition(int Group, int Tile);

/// <summary>How the work of a step becomes items: by its shape alone, so that any number of threads runs the same ones.</summary>
internal static class ChannelItems
{
    // An item of about a microsecond is worth handing to a thread; more than two dozen do not balance better.
    private const long WorthAnItem = 1 << 16;
    private const int MostItems = 24;

    /// <summary>Number of items.</summary>
    /// <param name="work">The work in multiply-adds.</param>
    /// <param name="parts">Into how many parts it can be cut.</param>
    public static int Count(long work, int parts) => (int)Math.Clamp(work / WorthAnItem, 1, Math.Min(MostItems, parts));

    /// <summary>Cuts the tiles of all groups, group after group so that its weights stay in the cache, into items of about the same work.</summary>
    /// <param name="groups">Number of groups.</param>
    /// <param name="tiles">Tiles of a group.</param>
    /// <param name="work">Work of a tile of a group, in <paramref name="unit"/> multiply-adds.</param>
    /// <param name="unit">Multiply-adds.</param>
    /// <returns>Where the items begin, and the end.</returns>
    public static ChannelPosition[] Cut(int groups, Func<int, int> tiles, Func<int, int, long> work, long unit)
    {
        long all = 0;
        int parts = 0;
        for (int group = 0; group < groups; group++)
        {
            int count = tiles(group);
            parts += count;
            for (int tile = 0; tile < count; tile++) all += work(group, tile);
        }

        int items = Count(all * unit, parts);
        var cuts = new ChannelPosition[items + 1];
        long done = 0;
        int next = 1;
        for (int group = 0; group < groups; group++)
        {
            int count = tiles(group);
            for (int tile = 0; tile < count; tile++)
            {
                while (next < items && done * items >= all * next) cuts[next++] = new ChannelPosition(group, tile);
                done += work(group, tile);
            }
        }

        while (next <= items) cuts[next++] = new ChannelPosition(groups, 0);
        return cuts;
    }
}
