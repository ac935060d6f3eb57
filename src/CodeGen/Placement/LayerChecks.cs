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
    public static void Processors(LayerPlacement layer, string where, List<LimitViolation> violations)
    {
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
            return;
        }

        Gaps(layer, where, violations);
        Chw(layer, where, violations);
    }

    private static string Channels(int channels, ChannelPasses passes) =>
        passes.Count == 1 ? Text($"{channels} channels") : Text($"{channels} channels in {passes.Count} passes of {passes.PerPass}");

    public static void Memory(LayerPlacement layer, string where, List<LimitViolation> violations)
    {
        QuantizedLayer l = layer.Layer;
        int inputBytes = l.Input.Pixels * layer.InputPasses.Count * l.Operands * (layer.Format == DataFormat.Chw ? 1 : 4);
        int outputBytes = layer.Hardware.OutputPixels * layer.OutputPasses.Count * 4 * (l.OutputWidth / 8);
        Offset("in_offset", layer.InputOffset, inputBytes, DeviceLimits.InputMemory, "Use a smaller input or in_offset.");
        Offset("out_offset", layer.OutputOffset, outputBytes, DeviceLimits.OutputMemory, "Use a smaller output or out_offset.");

        void Offset(string key, int offset, int bytes, LimitRule rule, string remedy)
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

    public static void Connection(LayerPlacement before, LayerPlacement layer, string where, List<LimitViolation> violations)
    {
        bool chained = layer.Layer.Inputs is [int source] && source == before.Layer.Index && layer.Layer.Input.Channels == before.Layer.Output.Channels;
        if (chained && before.OutputMap != layer.InputMap)
        {
            violations.Add(new(
                GeneratorLimits.ConnectedLayers, where, Text($"processors is {layer.InputMap}, and the layer before writes to {before.OutputMap}"), "Remove output_processors from the layer before."));
        }

        if (chained && before.OutputOffset != layer.InputOffset)
        {
            violations.Add(new(
                GeneratorLimits.ConnectedLayers, where, Text($"in_offset is 0x{layer.InputOffset:x4}, and the layer before writes from 0x{before.OutputOffset:x4} on"), "Remove in_offset."));
        }

        if (layer.Format == DataFormat.Chw) violations.Add(new(DeviceLimits.ChwFirstLayer, where, "data_format is CHW", "Remove data_format."));
    }

    public static void Outputs(IReadOnlyList<LayerPlacement> layers, NetworkDescription description, List<LimitViolation> violations)
    {
        LayerPlacement[] outputs = [.. layers.Where(layer => layer.IsOutput)];
        if (outputs.Select(layer => layer.Layer.OutputWidth).Distinct().Count() > 1)
        {
            violations.Add(new(GeneratorLimits.OutputWidths, description.Source, "some are 8 and some 32 bits wide", "Use one width, or mark fewer layers with output: true."));
        }
    }

    private static void Gaps(LayerPlacement layer, string where, List<LimitViolation> violations)
    {
        QuantizedLayer l = layer.Layer;
        if (layer.HasGaps)
        {
            bool plain = layer.KernelSize == 9 && l.WeightBits == 8 && l.Bias.All(value => value == 0);
            bool uniform = Enumerable.Range(0, MemoryMap.Quadrants).All(q => Distances(layer.OutputMap.Quadrant(q)).Distinct().Count() <= 1);
            if (!plain || !uniform)
            {
                violations.Add(new(DeviceLimits.OutputMapGaps, where, Text($"the output map is {layer.OutputMap}"), "Give the next layer (or output_processors) neighbouring processors."));
            }
        }

        if (l.WeightBits < 8 && layer.LeadingDummies != 0)
        {
            violations.Add(new(
                DeviceLimits.PackedWeightsLane, where, Text($"the first output processor is {layer.OutputMap.First} with {l.WeightBits}-bit weights"), "Shift the output map to a multiple of 4."));
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
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
