// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Device.Limits;
using Ai8x.Device.Registers;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Placement;

/// <summary>Finds room for the kernels of all layers and writes them (machine.md sections 7.4 and 7.7).</summary>
internal static class KernelPlacer
{
    /// <summary>Places all layers; those on all 64 processors first, then the others, both in execution order.</summary>
    public static KernelMemory Place(LayerPlacement[] layers, NetworkDescription description, bool deduplicate, List<LimitViolation> violations)
    {
        var memory = new KernelMemory();
        int[] order = [.. Enumerable.Range(0, layers.Length).Where(i => layers[i].Hardware.IsConvolution).OrderBy(i => layers[i].InputMap.Count == MemoryMap.Processors ? 0 : 1)];
        foreach (int index in order)
        {
            LayerPlacement layer = layers[index];
            int same = deduplicate || layer.Layer.WeightSource is not null ? Array.FindIndex(layers, 0, index, earlier => SameKernels(earlier, layer)) : -1;
            if (same >= 0)
            {
                layers[index] = layer with { KernelStart = layers[same].KernelStart };
                continue;
            }

            var layout = new KernelLayout(layer);
            int start = FirstFit(memory, layer, layout);
            if (start < 0)
            {
                violations.Add(NoRoom(memory, layer, description.Where(index)));
                continue;
            }

            layers[index] = layer with { KernelStart = start };
            new KernelLayout(layers[index]).Write(memory);
        }

        return memory;
    }

    // Layers with one array of weights share its kernels. The slots must agree too, or dummies of one would meet weights of the other.
    private static bool SameKernels(LayerPlacement a, LayerPlacement b)
    {
        QuantizedLayer x = a.Layer, y = b.Layer;
        return a.Hardware.IsConvolution && a.InputMap == b.InputMap && x.WeightBits == y.WeightBits && x.Flatten == y.Flatten && a.Passes == b.Passes
            && x.Output.Channels == y.Output.Channels && a.Hardware.Kernel == b.Hardware.Kernel && a.Fanout == b.Fanout
            && a.LeadingDummies == b.LeadingDummies && a.OutputMap.Bits >> a.OutputMap.First == b.OutputMap.Bits >> b.OutputMap.First
            && a.Hardware.Weights.AsSpan().SequenceEqual(b.Hardware.Weights.AsSpan());
    }

    private static int FirstFit(KernelMemory memory, LayerPlacement layer, KernelLayout layout)
    {
        (int Processor, int Word)[] places = [.. layout.Places()];
        int[] processors = [.. layer.EnabledMap.Processors()];
        int length = Math.Max(layer.KernelWords, places.Max(place => place.Word) + 1);
        for (int start = 0; start + length <= MemoryMap.KernelWords; start += 4)
        {
            bool fits = Array.TrueForAll(processors, p => memory.IsFree(p, start, layer.KernelWords))
                && Array.TrueForAll(places, place => !memory.IsOccupied(place.Processor, start + place.Word));
            if (fits) return start;
        }

        return -1;
    }

    private static LimitViolation NoRoom(KernelMemory memory, LayerPlacement layer, string where)
    {
        int free = layer.InputMap.Processors().Min(p => Enumerable.Range(0, MemoryMap.KernelWords).Count(w => !memory.IsOccupied(p, w)));
        return new(
            DeviceLimits.KernelMemory,
            where,
            string.Create(CultureInfo.InvariantCulture, $"the layer needs {layer.KernelWords} words in a row on each of its {layer.InputMap.Count} processors, and the fullest of them has {free} words free"),
            "Use fewer channels, smaller weights (quantization), or processors that other layers do not use.");
    }
}
