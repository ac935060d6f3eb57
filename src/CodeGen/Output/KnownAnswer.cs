// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.CodeGen.Placement;

namespace Ai8x.CodeGen.Output;

/// <summary>The expected output as memory words under masks (machine.md section 10.2).</summary>
internal static class KnownAnswer
{
    /// <summary>Collects the words of all output layers, sorted by mask and address, neighbours joined.</summary>
    /// <param name="placement">The placed network.</param>
    /// <param name="outputs">For every layer its output, <c>[C, H, W]</c> row-major.</param>
    public static ImmutableArray<AnswerRecord> Make(NetworkPlacement placement, ImmutableArray<int[]> outputs)
    {
        Dictionary<uint, (uint Mask, uint Value)> words = [];
        foreach (LayerPlacement layer in placement.OutputLayers) Collect(layer, outputs[layer.Layer.Index], words);
        List<AnswerRecord> records = [];
        List<uint> run = [];
        (uint start, uint mask) = (0, 0);
        foreach ((uint address, (uint Mask, uint Value) word) in words.OrderBy(w => w.Value.Mask).ThenBy(w => w.Key))
        {
            if (run.Count > 0 && (word.Mask != mask || address != start + 4 * (uint)run.Count)) Close();
            if (run.Count == 0) (start, mask) = (address, word.Mask);
            run.Add(word.Value);
        }

        Close();
        return [.. records];

        void Close()
        {
            records.Add(new AnswerRecord(start, mask, [.. run]));
            run.Clear();
        }
    }

    private static void Collect(LayerPlacement layer, int[] values, Dictionary<uint, (uint Mask, uint Value)> words)
    {
        int pixels = layer.Layer.Output.Pixels;
        for (int channel = 0; channel < layer.Layer.Output.Channels; channel++)
        {
            DataSlot first = layer.OutputSlot(channel, 0);
            uint mask = first.Bits == 32 ? uint.MaxValue : 0xffu << (8 * first.Lane), step = 4 * (uint)layer.PixelStep;
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                uint address = first.Address + step * (uint)pixel;
                words.TryGetValue(address, out (uint Mask, uint Value) word);
                words[address] = (word.Mask | mask, word.Value | ((uint)values[channel * pixels + pixel] << (8 * first.Lane) & mask));
            }
        }
    }
}
