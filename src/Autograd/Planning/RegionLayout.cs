// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Autograd.Planning;

/// <summary>
/// Gives regions their places: the largest first, each as low as those that are in use at the same time allow. What lies low is used again soon, and is then still in
/// a near cache.
/// </summary>
internal static class RegionLayout
{
    // Regions start on a cache line.
    private const int Granule = LaneLayout.Alignment / sizeof(float);

    /// <summary>Places the regions and returns how many floats they take together.</summary>
    public static long Place(IEnumerable<Region> regions)
    {
        var placed = new List<Region>();
        long total = 0;
        foreach (Region region in regions.OrderByDescending(region => region.Length).ThenBy(region => region.First))
        {
            long offset = 0;
            foreach (Region other in placed)
            {
                if (!other.Meets(region)) continue;
                if (offset + region.Length <= other.Offset) break;
                offset = Math.Max(offset, other.Offset + RoundUp(other.Length));
            }

            total = Math.Max(total, offset + RoundUp(region.Length));
            if (total > Array.MaxLength) throw new ArgumentException($"the network needs more than {Array.MaxLength} values for sixteen images: use smaller maps");
            region.Offset = (int)offset;
            int place = placed.FindIndex(other => other.Offset > offset);
            placed.Insert(place < 0 ? placed.Count : place, region);
        }

        return total;
    }

    private static long RoundUp(int length) => ((long)length + Granule - 1) / Granule * Granule;
}
