// SPDX-License-Identifier: MIT
namespace Ai8x.RandomNetworks;

/// <summary>Words of the data memory instances; a region counts in every instance.</summary>
/// <param name="First">First word.</param>
/// <param name="Count">Number of words.</param>
internal readonly record struct Region(int First, int Count)
{
    public int End => First + Count;
}

/// <summary>Deals out data memory so that nothing alive is ever overwritten.</summary>
internal sealed class DataRegions(Random random)
{
    public const int Words = 8192;

    private readonly List<Region> _taken = [];

    /// <summary>Takes a free region at a random place, or returns null if none is large enough.</summary>
    public Region? Take(int count)
    {
        List<Region> gaps = [];
        int start = 0;
        foreach (Region region in _taken.OrderBy(r => r.First))
        {
            if (region.First - start >= count) gaps.Add(new(start, region.First - start));
            start = Math.Max(start, region.End);
        }

        if (Words - start >= count) gaps.Add(new(start, Words - start));
        if (gaps.Count == 0) return null;
        Region gap = gaps[random.Next(gaps.Count)];
        int slack = gap.Count - count;

        // Tight neighbours find errors by one; round offsets are what people write.
        int first = random.Next(3) switch { 0 => gap.First, 1 => gap.First + slack, _ => gap.First + random.Next(slack + 1) };
        Region taken = new(first, count);
        _taken.Add(taken);
        return taken;
    }

    public void Release(Region region) => _taken.Remove(region);
}
