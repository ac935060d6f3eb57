// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.CodeGen.Placement;
using Ai8x.Device.Registers;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Output;

/// <summary>Decides how <c>cnn_unload</c> gathers the output layers (machine.md section 10.3).</summary>
internal static class UnloadPlanner
{
    public static UnloadPlan Make(NetworkPlacement placement)
    {
        bool bytes = placement.OutputLayers.Any(layer => layer.Layer.OutputWidth == 8), alone = placement.OutputLayers.Count() == 1;
        List<UnloadBlock> blocks = [];
        int offset = 0, count = 0;
        foreach (LayerPlacement layer in placement.OutputLayers)
        {
            foreach (int first in layer.OutputMap.Processors().Select(p => p / MemoryMap.ProcessorsPerInstance * MemoryMap.ProcessorsPerInstance).Distinct())
            {
                UnloadBlock block = Block(layer, first, offset, bytes, alone);
                blocks.Add(block);
                offset += block.Pixels * block.Lanes.Length;
            }

            count += layer.Layer.Output.Count;
        }

        return new UnloadPlan(bytes, count, [.. blocks]);
    }

    private static UnloadBlock Block(LayerPlacement layer, int first, int offset, bool bytes, bool alone)
    {
        FeatureShape output = layer.Layer.Output;
        ImmutableArray<int> lanes = [.. Enumerable.Range(0, MemoryMap.ProcessorsPerInstance).Where(lane => layer.OutputMap.Contains(first + lane))];

        // A vector of bytes is fetched in whole words, so that the buffer, which has whole words, ends with the unused lanes of the last one.
        bool vector = bytes && alone && output.Pixels == 1 && !layer.HasGaps && layer.LeadingDummies == 0;
        if (vector) lanes = [.. Enumerable.Range(0, Math.Min(MemoryMap.ProcessorsPerInstance, output.Channels))];
        return new UnloadBlock(DataMemory.Address(first, layer.OutputOffset), output.Pixels, bytes ? 1 : 4, lanes, offset, bytes ? output.Pixels : 1);
    }
}
