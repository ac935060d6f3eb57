// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Device.Limits;
using Ai8x.Device.Registers;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Placement;

/// <summary>Checks of processor maps and data memory, layer by layer (network-yaml.md sections 4.2 and 4.3).</summary>
internal static class LayerChecks
{
    private const int MaximumIncrement = 16;

    public static void Processors(LayerPlacement layer, string where, List<LimitViolation> violations)
    {
        if (layer.Format == DataFormat.Chw && layer.Layer.Index > 0) violations.Add(new(DeviceLimits.ChwFirstLayer, where, "data_format is CHW", "Remove data_format."));
        Chw(layer, where, violations);
        int inputs = layer.InputPasses.PerPass, outputs = layer.OutputPasses.PerPass;
        if (layer.InputMap.Count != inputs)
        {
            violations.Add(new(
                DeviceLimits.ProcessorCount,
                where,
                Text($"processors {layer.InputMap} enables {layer.InputMap.Count} for {Channels(layer.Layer.Input.Channels, layer.InputPasses)}"),
                Text($"Choose a map of {inputs} processors.")));
        }

        if (layer.OutputMap.Count != outputs)
        {
            violations.Add(new(
                DeviceLimits.OutputProcessorCount,
                where,
                Text($"the output map {layer.OutputMap} has {layer.OutputMap.Count} processors for {Channels(layer.Layer.Output.Channels, layer.OutputPasses)}"),
                Text($"Give the next layer (or output_processors) a map of {outputs} processors.")));
        }
        else if (layer.Hardware.IsConvolution) Lanes(layer, where, violations);
        else if (layer.InputMap.Count == inputs) Packed(layer, where, violations);
    }

    public static void Memory(LayerPlacement layer, bool readsWholeInput, bool writesWholeOutput, string where, List<LimitViolation> violations)
    {
        QuantizedLayer l = layer.Layer;
        int pixels = layer.Hardware.Image.Rows * layer.Hardware.Image.Columns; // A folded line reads to the end of its last row.
        int inputWords = layer.Format == DataFormat.Chw ? (pixels + 3) / 4 : pixels * layer.InputPasses.Count * l.Operands;
        int units = layer.Hardware.OutputPixels * layer.OutputPasses.Count, width = l.OutputWidth / 8;
        int outputWords = (units - 1) * width * (layer.WriteGap + 1) + width, surplus = 4 * layer.Hardware.SurplusPixels * layer.OutputPasses.Count;
        Area("in_offset", layer.InputOffset, readsWholeInput ? 4 * inputWords : 0, DeviceLimits.InputMemory, "Use a smaller input or in_offset.");
        Area("out_offset", layer.OutputOffset, writesWholeOutput ? 4 * outputWords : 0, DeviceLimits.OutputMemory, "Use a smaller output or out_offset.");
        if (layer.OutputOffset < surplus) violations.Add(new(DeviceLimits.FoldedOffset, where, Text($"out_offset is 0x{layer.OutputOffset:x4}"), Text($"Use an out_offset of 0x{surplus:x4} or more.")));
        int increment = (layer.WriteGap + 1) * (layer.Hardware.IsConvolution ? layer.OutputPasses.Count : 1);
        if (increment > MaximumIncrement) violations.Add(new(DeviceLimits.WriteGap, where, Text($"write_gap is {layer.WriteGap} with {layer.OutputPasses.Count} passes"), "Use a smaller write_gap or fewer channels."));

        void Area(string key, int offset, int bytes, LimitRule rule, string remedy)
        {
            if (offset % 4 != 0 || offset is < 0 or >= DeviceLimits.DataInstanceBytes)
            {
                violations.Add(new(DeviceLimits.OffsetAlignment, where, Text($"{key} is {offset}"), "Use a multiple of 4 from 0 to 32764."));
            }
            else if (offset + bytes > DeviceLimits.DataInstanceBytes)
            {
                violations.Add(new(rule, where, Text($"{bytes} bytes from {key} 0x{offset:x4} on end at byte {offset + bytes}"), remedy));
            }
        }
    }

    public static void Outputs(IReadOnlyList<LayerPlacement> layers, NetworkDescription description, List<LimitViolation> violations)
    {
        LayerPlacement[] outputs = [.. layers.Where(layer => layer.IsOutput)];
        if (outputs.Select(layer => layer.Layer.OutputWidth).Distinct().Count() > 1)
        {
            violations.Add(new(GeneratorLimits.OutputWidths, description.Source, "some are 8 and some 32 bits wide", "Use one width, or mark fewer layers with output: true."));
        }
    }

    private static string Channels(int channels, ChannelPasses passes) =>
        passes.Count == 1 ? Text($"{channels} channels") : Text($"{channels} channels in {passes.Count} passes of {passes.PerPass}");

    private static void Lanes(LayerPlacement layer, string where, List<LimitViolation> violations)
    {
        QuantizedLayer l = layer.Layer;
        if (layer.HasGaps)
        {
            bool plain = layer.KernelSize == 9 && l.WeightBits == 8 && layer.InputPasses.Count == 1 && layer.OutputPasses.Count == 1 && l.Bias.All(value => value == 0);
            bool uniform = Enumerable.Range(0, MemoryMap.Quadrants).All(q => Distances(layer.OutputMap.Quadrant(q)).Distinct().Count() <= 1);
            if (!plain || !uniform)
            {
                violations.Add(new(DeviceLimits.OutputMapGaps, where, Text($"the output map is {layer.OutputMap}"), "Give the next layer (or output_processors) neighbouring processors."));
            }
        }

        if (layer.LeadingDummies == 0) return;
        if (l.WeightBits < 8)
        {
            violations.Add(new(
                DeviceLimits.PackedWeightsLane, where, Text($"the first output processor is {layer.OutputMap.First} with {l.WeightBits}-bit weights"), "Shift the output map to a multiple of 4."));
        }

        if (layer.OutputPasses.Count > 1)
        {
            violations.Add(new(DeviceLimits.ExpansionLane, where, Text($"the first output processor is {layer.OutputMap.First} with {l.Output.Channels} channels"), "Shift the output map to a multiple of 4."));
        }
    }

    // Without an operator each quadrant writes what it reads, packed from lane 0 on.
    private static void Packed(LayerPlacement layer, string where, List<LimitViolation> violations)
    {
        for (int quadrant = 0; quadrant < MemoryMap.Quadrants; quadrant++)
        {
            var inputs = new ProcessorMap(layer.InputMap.Quadrant(quadrant));
            var outputs = new ProcessorMap(layer.OutputMap.Quadrant(quadrant));
            bool packed = outputs.Bits == 0 || (outputs.First % MemoryMap.ProcessorsPerInstance == 0 && outputs.Last - outputs.First + 1 == outputs.Count);
            if (packed && inputs.Count == outputs.Count) continue;
            violations.Add(new(
                DeviceLimits.PassthroughMap,
                where,
                Text($"processors {layer.InputMap} has {inputs.Count} in quadrant {quadrant}, and the output map {layer.OutputMap} {outputs.Count}{(packed ? "" : ", which are not neighbours from the first of a group of four on")}"),
                Text($"Give the next layer (or output_processors) {inputs.Count} neighbours in quadrant {quadrant}.")));
        }
    }

    private static List<int> Distances(uint map)
    {
        List<int> bits = [.. new ProcessorMap(map).Processors()];
        return [.. bits.Skip(1).Select((bit, i) => bit - bits[i])];
    }

    private static void Chw(LayerPlacement layer, string where, List<LimitViolation> violations)
    {
        if (layer.Format != DataFormat.Chw || layer.Layer.Index > 0) return;
        if (layer.InputMap.Processors().Any(p => p % MemoryMap.ProcessorsPerInstance != 0))
        {
            violations.Add(new(DeviceLimits.ChwProcessors, where, Text($"processors is {layer.InputMap}"), "Use processors 0, 4, 8 and so on, or data_format: HWC."));
        }

        if (layer.Layer.Operands > 1 || layer.Layer.Flatten)
        {
            violations.Add(new(DeviceLimits.ChwSinglePass, where, layer.Layer.Flatten ? "it flattens" : Text($"it has {layer.Layer.Operands} operands"), "Use data_format: HWC."));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
