// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using Ai8x.CodeGen.Placement;
using Ai8x.Device.Limits;
using Ai8x.Device.Registers;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Planning;

/// <summary>Says which memory is too small when no choice of processors and offsets was found: which layer, by how much.</summary>
internal static class PlanRefusal
{
    public static ImmutableArray<LimitViolation> Of(QuantizedNetwork network, PlanArrangement? arrangement)
    {
        if (arrangement is null) return [new(GeneratorLimits.PlannedJoin, network.Description.Source, "joined channels lie on more than 64 processors, or their sources are arranged in two ways", "Join fewer channels, or write the description by hand.")];
        List<LimitViolation> violations = [];
        Kernels(network, arrangement, violations);
        Data(network, arrangement.Blocks, violations);
        if (violations.Count == 0) violations.Add(new(GeneratorLimits.PlannedPlace, network.Description.Source, "the search found none", "Use fewer channels, pool earlier, or write the description by hand."));
        return [.. violations];
    }

    private static void Kernels(QuantizedNetwork network, PlanArrangement arrangement, List<LimitViolation> violations)
    {
        (ImmutableArray<DataBlock> blocks, ImmutableArray<LayerNeed> needs) = (arrangement.Blocks, arrangement.Needs);
        long total = needs.Sum(need => (long)need.KernelWords * BitOperations.PopCount(blocks[need.InputBlock].Mask));
        const long Room = (long)MemoryMap.KernelWords * MemoryMap.Processors;
        LayerNeed largest = needs.MaxBy(need => (long)need.KernelWords * BitOperations.PopCount(blocks[need.InputBlock].Mask))!;
        if (largest.KernelWords > MemoryMap.KernelWords)
        {
            violations.Add(new(DeviceLimits.KernelMemory, network.Description.Where(largest.Index), Text($"the layer alone needs {largest.KernelWords} words on each of its processors, {largest.KernelWords - MemoryMap.KernelWords} too many"), "Use fewer channels or weights of fewer bits."));
        }
        else if (total > Room)
        {
            violations.Add(new(DeviceLimits.KernelMemory, network.Description.Where(largest.Index), Text($"all layers together need {total} words and there are {Room}, {total - Room} too few; this layer is the largest"), "Use fewer channels or weights of fewer bits."));
        }
        else if (new ProcessorChoice(arrangement).All(PlanObjective.Latency).FirstOrDefault() is null)
        {
            violations.Add(new(DeviceLimits.KernelMemory, network.Description.Where(largest.Index), Text($"the layers need {total} of {Room} words, but no choice of processors leaves each of them its words in a row; this layer is the largest"), "Use fewer channels or weights of fewer bits."));
        }
    }

    private static void Data(QuantizedNetwork network, ImmutableArray<DataBlock> blocks, List<LimitViolation> violations)
    {
        foreach (DataBlock block in blocks.Where(block => block.Before + block.Bytes > DeviceLimits.DataInstanceBytes))
        {
            (LimitRule rule, int layer) = block.IsRing ? (DeviceLimits.InputMemory, block.Members[0].Tensor + 1) : block.Birth < 0 ? (DeviceLimits.InputMemory, 0) : (DeviceLimits.OutputMemory, block.Birth);
            violations.Add(new(rule, network.Description.Where(layer), Text($"{(block.IsRing ? "the ring of its input" : "its data")} takes {block.Before + block.Bytes} bytes of each instance, {block.Before + block.Bytes - DeviceLimits.DataInstanceBytes} too many"), "Make the map smaller, or pool earlier."));
        }

        if (violations.Count > 0) return;
        for (int layer = 0; layer < network.Layers.Length; layer++)
        {
            DataBlock[] live = [.. blocks.Where(block => block.Birth <= layer && layer <= block.Death)];
            long bytes = live.Sum(block => (long)(block.Before + block.Bytes) * BitOperations.PopCount(block.Instances(0))), room = (long)DeviceLimits.DataInstanceBytes * MemoryMap.DataInstances;
            if (bytes > room)
            {
                violations.Add(new(DeviceLimits.LiveData, network.Description.Where(layer), Text($"while it runs, {bytes} bytes are live and data memory has {room}, {bytes - room} too few"), "Make maps smaller, or pool earlier."));
            }
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
