// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.CodeGen.Placement;
using Ai8x.Device.Registers;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Output;

/// <summary>Decides how <c>cnn_unload</c> gathers the output layers, or the ranges that the description names (machine.md section 10.3).</summary>
internal static class UnloadPlanner
{
    /// <summary>Plans the unloading; parts that the description names have their channels dealt over at most so many processors.</summary>
    public static UnloadPlan Make(NetworkPlacement placement, int maximumProcessors)
    {
        ImmutableArray<UnloadRange> ranges = placement.Network.Description.Unload;
        Part[] parts = [.. ranges.IsEmpty ? placement.OutputLayers.Select(OfLayer) : ranges.Select(range => OfRange(range, maximumProcessors))];
        bool bytes = parts.Any(part => part.Width == 8), alone = parts.Length == 1;
        List<UnloadBlock> blocks = [];
        int offset = 0;
        foreach (Part part in parts)
        {
            for (int pass = 0; pass < part.Passes.Count; pass++)
            {
                foreach ((int first, ImmutableArray<int> lanes) in Groups(part, pass, whole: bytes && alone && part.Pixels == 1))
                {
                    int width = part.Width / 8, step = part.Passes.Count * width * (part.WriteGap + 1);
                    uint address = DataMemory.Address(first, part.Offset) + 4 * (uint)(pass * width * (part.WriteGap + 1));
                    blocks.Add(new(address, part.Pixels, step, lanes, offset, bytes ? part.Pixels : 1));
                    offset += part.Pixels * lanes.Length;
                }
            }
        }

        return new UnloadPlan(bytes, parts.Sum(part => part.Channels * part.Pixels), [.. blocks]);
    }

    private static Part OfLayer(LayerPlacement layer) => new(
        layer.OutputMap, layer.OutputPasses, layer.Layer.Output.Channels, layer.Layer.Output.Pixels, layer.OutputOffset, layer.Layer.OutputWidth, layer.WriteGap);

    private static Part OfRange(UnloadRange range, int maximumProcessors) => new(
        range.Processors, ChannelPasses.Of(range.Channels, maximumProcessors), range.Channels, range.Rows * range.Columns, range.Offset, range.Width, range.WriteGap);

    /// <summary>The groups of four processors of one pass, each with the lanes that hold a channel.</summary>
    private static IEnumerable<(int First, ImmutableArray<int> Lanes)> Groups(Part part, int pass, bool whole)
    {
        int[] processors = [.. part.Map.Processors()];
        int channels = Math.Min(processors.Length, part.Channels - pass * part.Passes.PerPass);
        foreach (IGrouping<int, int> group in processors.Take(channels).GroupBy(p => p / MemoryMap.ProcessorsPerInstance))
        {
            // A vector of bytes is fetched in whole words, so that the buffer, which has whole words, ends with the unused lanes of the last one.
            bool fill = whole && part.Passes.Count == 1 && processors[^1] - processors[0] + 1 == processors.Length && processors[0] % MemoryMap.ProcessorsPerInstance == 0;
            ImmutableArray<int> lanes = fill
                ? [.. Enumerable.Range(0, Math.Min(MemoryMap.ProcessorsPerInstance, part.Channels))]
                : [.. group.Select(p => p % MemoryMap.ProcessorsPerInstance)];
            yield return (group.Key * MemoryMap.ProcessorsPerInstance, lanes);
        }
    }

    private readonly record struct Part(ProcessorMap Map, ChannelPasses Passes, int Channels, int Pixels, int Offset, int Width, int WriteGap);
}
