// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Device.Limits;
using Ai8x.Device.Registers;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Placement;

/// <summary>Finds room for the kernels of all layers and writes them (machine.md sections 7.2 to 7.4 and 7.7).</summary>
internal static class KernelPlacer
{
    /// <summary>Places all layers; those on all 64 processors first, then the others, both in execution order.</summary>
    public static KernelMemory Place(LayerPlacement[] layers, NetworkDescription description, List<LimitViolation> violations)
    {
        var memory = new KernelMemory();
        int[] order = [.. Enumerable.Range(0, layers.Length).OrderBy(i => layers[i].InputMap.Count == MemoryMap.Processors ? 0 : 1)];
        foreach (int index in order)
        {
            LayerPlacement layer = layers[index];
            int same = Array.FindIndex(layers, 0, index, earlier => SameKernels(earlier, layer));
            if (same >= 0)
            {
                layers[index] = layer with { KernelStart = layers[same].KernelStart };
                continue;
            }

            int start = FirstFit(memory, layer);
            if (start < 0)
            {
                int free = layer.InputMap.Processors().Min(p => Enumerable.Range(0, MemoryMap.KernelWords).Count(w => !memory.IsOccupied(p, w)));
                violations.Add(new(
                    DeviceLimits.KernelMemory,
                    description.Where(index),
                    string.Create(CultureInfo.InvariantCulture, $"the layer needs {layer.KernelWords} words in a row on each of its {layer.InputMap.Count} processors, and the fullest of them has {free} words free"),
                    "Use fewer channels, smaller weights (quantization), or processors that other layers do not use."));
                continue;
            }

            layers[index] = layer with { KernelStart = start };
            Write(memory, layers[index]);
        }

        return memory;
    }

    // Layers with one array of weights share its kernels. The slots must agree too, or dummies of one would meet weights of the other.
    private static bool SameKernels(LayerPlacement a, LayerPlacement b)
    {
        QuantizedLayer x = a.Layer, y = b.Layer;
        return a.InputMap == b.InputMap && x.WeightBits == y.WeightBits && x.Flatten == y.Flatten && a.Passes == b.Passes
            && (x.Output.Channels, x.KernelRows, x.KernelColumns) == (y.Output.Channels, y.KernelRows, y.KernelColumns)
            && a.LeadingDummies == b.LeadingDummies && a.OutputMap.Bits >> a.OutputMap.First == b.OutputMap.Bits >> b.OutputMap.First
            && x.Weights.AsSpan().SequenceEqual(y.Weights.AsSpan());
    }

    private static int FirstFit(KernelMemory memory, LayerPlacement layer)
    {
        int[] words = [.. Words(layer)];
        int length = Math.Max(layer.KernelWords, words[^1] + 1);
        for (int start = 0; start + length <= MemoryMap.KernelWords; start += 4)
        {
            bool fits = layer.InputMap.Processors().All(p => memory.IsFree(p, start, layer.KernelWords) && words.All(w => !memory.IsOccupied(p, start + w)));
            if (fits) return start;
        }

        return -1;
    }

    /// <summary>Words that the layer fills, relative to its start, ascending. Leading dummies and gaps are left to other layers.</summary>
    private static IEnumerable<int> Words(LayerPlacement layer)
    {
        if (layer.HasGaps)
        {
            // Only with 3x3 kernels of 8 bits: one slot is one word.
            int first = layer.OutputMap.First - layer.LeadingDummies;
            return layer.OutputMap.Processors().Select(p => p - first);
        }

        int bits = layer.KernelCount * layer.Layer.WeightBits, dummies = layer.LeadingDummies * layer.Passes * layer.KernelSize;
        int used = ((bits + 7) / 8 * layer.KernelSize + 8) / MemoryMap.KernelWordBytes;
        int end = Math.Max(used, layer.LeadingDummies + layer.KernelWords);
        int begin = dummies / MemoryMap.KernelWordBytes;
        return Enumerable.Range(begin, end - begin);
    }

    private static void Write(KernelMemory memory, LayerPlacement layer)
    {
        int[] words = [.. Words(layer)];
        int[] processors = [.. layer.InputMap.Processors()];
        foreach (int processor in processors)
        {
            foreach (int word in words) memory.Occupy(processor, layer.KernelStart + word);
        }

        int firstSlot = layer.OutputMap.First - layer.LeadingDummies, channel = 0;
        foreach (int output in layer.OutputMap.Processors())
        {
            for (int j = 0; j < processors.Length; j++)
            {
                for (int pass = 0; pass < layer.Passes; pass++) WriteKernel(memory, layer, processors[j], (output - firstSlot) * layer.Passes + pass, WeightIndex(layer, channel, j, pass));
            }

            channel++;
        }
    }

    private static void WriteKernel(KernelMemory memory, LayerPlacement layer, int processor, int kernel, int weights)
    {
        int size = layer.KernelSize, bits = layer.Layer.WeightBits;
        uint mask = (1u << bits) - 1;
        int position = MemoryMap.KernelWordBytes * layer.KernelStart + size * (kernel * bits / 8);
        for (int tap = 0; tap < size; tap++)
        {
            memory.SetBits(processor, position + size - 1 - tap, kernel * bits % 8, (uint)layer.Layer.Weights[weights + tap] & mask);
        }
    }

    private static int WeightIndex(LayerPlacement layer, int output, int input, int pass)
    {
        int channels = layer.Layer.Pooled.Channels;
        return layer.Layer.Flatten ? (output * channels + input) * layer.Passes + pass : (output * channels + input) * layer.KernelSize;
    }
}
