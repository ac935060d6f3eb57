// SPDX-License-Identifier: MIT
using Ai8x.Device.Limits;

namespace Ai8x.CodeGen.Placement;

/// <summary>
/// Channels dealt over passes (machine.md section 4): channel <c>c</c> belongs to pass <c>c / PerPass</c> and to the processor with rank
/// <c>c % PerPass</c> in the layer's map.
/// </summary>
/// <param name="Count">Passes, 1..16 for legal channel numbers.</param>
/// <param name="PerPass">Channels of one pass, and processors of the map; the last pass may have fewer channels.</param>
public readonly record struct ChannelPasses(int Count, int PerPass)
{
    /// <summary>Deals channels as evenly as whole groups of four processors allow.</summary>
    /// <param name="channels">Channels, at least 1.</param>
    /// <param name="processors">Most processors of a layer, 1..64.</param>
    /// <returns>The passes.</returns>
    public static ChannelPasses Of(int channels, int processors = DeviceLimits.Processors)
    {
        int count = (channels + processors - 1) / processors, each = (channels + count - 1) / count;
        return new(count, count > 1 ? Math.Min((each + 3) / 4 * 4, processors) : each);
    }
}
