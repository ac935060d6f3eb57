// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Device.Limits;
using Ai8x.Device.Registers;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Placement;

/// <summary>The rules of input through a FIFO and of streaming layers (network-yaml.md section 5).</summary>
internal sealed class StreamingRules(IReadOnlyList<LayerPlacement> layers, NetworkDescription description, SynthesisOptions options, List<LimitViolation> violations, List<string> notices)
{
    private const ulong HwcProcessors = 0x000f_000f_000f_000f;
    private const ulong ChwProcessors = 0x0001_0001_0001_0001;
    private const int MostStart = 1 << 14;
    private const int MostInRow = 32;
    private const int MostRowCrossing = 1 << 12;
    private const int MostEntries = 1 << 12;
    private const int MostVolume = 16;

    public static void Check(IReadOnlyList<LayerPlacement> layers, NetworkDescription description, SynthesisOptions options, List<LimitViolation> violations, List<string> notices)
    {
        StreamingRules rules = new(layers, description, options, violations, notices);
        if (options.UsesFifo) rules.CheckFifo(layers[0]);
        rules.CheckOrder();
        foreach (LayerPlacement layer in layers.Where(layer => layer.Stream is { Flows: true }))
        {
            rules.CheckCounters(layer, layer.Stream!);
            if (layer.Layer.Bias.Any(value => value != 0)) notices.Add($"{description.Where(layer.Layer.Index)}: a streaming layer with bias may give another result on the device.");
        }

        rules.CheckRings();
    }

    private void CheckFifo(LayerPlacement first)
    {
        string where = description.Where(0);
        bool chw = first.Format == DataFormat.Chw;
        int channels = first.Layer.Input.Channels;
        if (channels > (chw ? 4 : 16) || first.Layer.Operands > 1 || first.Layer.Flatten) Add(DeviceLimits.FifoChannels, where, Text($"it has {first.Layer.Operands} x {channels} channels of {(chw ? "CHW" : "HWC")} data{(first.Layer.Flatten ? " and flattens them" : "")}"), "Use fewer channels, or load the input into data memory.");
        else
        {
            int[] quadrants = [.. Enumerable.Range(0, MemoryMap.Quadrants).Where(q => first.InputMap.Quadrant(q) != 0)];
            bool dealt = (first.InputMap.Bits & ~(chw ? ChwProcessors : HwcProcessors)) == 0 && quadrants[^1] == quadrants.Length - 1;
            if (!dealt) Add(DeviceLimits.FifoProcessors, where, Text($"processors is {first.InputMap}"), Text($"Use processors inside 0x{(chw ? ChwProcessors : HwcProcessors):x16}, from quadrant 0 on."));
        }

        int picture = first.Hardware.Image.Rows * first.Hardware.Image.Columns;
        if (picture > first.Layer.Input.Pixels) Add(DeviceLimits.FifoFolded, where, Text($"the picture has {picture} pixels, the input {first.Layer.Input.Pixels}"), "Load the input into data memory, or choose another length or dilation.");
        if (!options.UsesFastFifo) return;
        if (channels > (chw ? 1 : 4) || !first.Hardware.IsConvolution || first.Layer.OutputWidth != 8)
        {
            Add(DeviceLimits.FastFifo, where, Text($"it has {channels} channels of {(chw ? "CHW" : "HWC")} data, operator {first.Layer.Operator} and {first.Layer.OutputWidth}-bit output"), "Use --fifo, or change the first layer.");
        }

        if (!options.Riscv) Add(DeviceLimits.FastFifoCore, where, "the Arm core runs the program", "Use --riscv, or --fifo.");
    }

    private void CheckOrder()
    {
        LayerPlacement[] streaming = [.. layers.Where(layer => layer.Stream is { Flows: true })];
        if (streaming.Length == 0) return;
        foreach (LayerPlacement layer in streaming.Where(layer => layer.Layer.Index > 0 && layers[layer.Layer.Index - 1].Stream is not { Flows: true }))
        {
            Add(DeviceLimits.StreamingPrefix, Where(layer), "it streams, and the layer before does not", "Let all layers in front of it stream, or none from here on.");
        }

        LayerPlacement last = streaming[^1];
        if (streaming.Length > DeviceLimits.MaximumStreamingLayers) Add(DeviceLimits.StreamingLayers, Where(last), Text($"there are {streaming.Length}"), "Let fewer layers stream.");
        if (last.Hardware.Padding.Rows == 0 || last.Hardware.Padding.Columns == 0)
        {
            Add(DeviceLimits.StreamingPadding, Where(last), Text($"it pads {last.Hardware.Padding.Rows} rows and {last.Hardware.Padding.Columns} columns"), "Use pad: 1, or let another layer be the last that streams.");
        }

        foreach (LayerPlacement layer in streaming)
        {
            int[] elsewhere = [.. layer.Layer.Inputs.Where(source => source != layer.Layer.Index - 1)];
            if (elsewhere.Length > 0) Add(DeviceLimits.StreamingPrefix, Where(layer), "it reads other data than that of the layer before", "Remove in_sequences, or do not let it stream.");
        }
    }

    private void CheckCounters(LayerPlacement layer, StreamPlacement stream)
    {
        int entries = stream.TransferStart + StreamPlacer.TransferEntries(layer.Hardware);
        bool fits = stream.Start < MostStart && stream.InRow < MostInRow && stream.RowCrossing < MostRowCrossing && stream.InputVolume < MostVolume && entries < MostEntries;
        if (fits) return;
        Add(
            DeviceLimits.StreamingCounters,
            Where(layer),
            Text($"the start is {stream.Start}, the deltas are {stream.InRow} and {stream.RowCrossing}, {stream.InputVolume} passes and {entries} entries come up to it"),
            "Make the maps narrower, pool less, or let fewer layers stream.");
    }

    private void CheckRings()
    {
        LayerPlacement[] rings = [.. layers.Where(layer => layer.Stream is { Flows: true, Rollover: > 0 })];
        if (rings.Length == 0) return;
        foreach (LayerPlacement layer in rings)
        {
            if (End(layer) >= DeviceLimits.DataInstanceBytes) Overlap(layer, Text($"its buffer of {layer.Stream!.Rollover} words begins at 0x{layer.InputOffset:x4} and ends behind data memory"));
            CheckOwnOutput(layer);
        }

        for (int i = 0; i < rings.Length; i++)
        {
            foreach (LayerPlacement other in rings.Skip(i + 1).Where(other => Share(rings[i].InputMap, other.InputMap)))
            {
                if (rings[i].InputOffset <= End(other) && other.InputOffset <= End(rings[i])) MayOverlap(other, Text($"its buffer 0x{other.InputOffset:x4} to 0x{End(other):x4} meets that of layer {rings[i].Layer.Index}, 0x{rings[i].InputOffset:x4} to 0x{End(rings[i]):x4}"));
            }

            LayerPlacement last = rings[^1];
            if (Share(rings[i].InputMap, last.OutputMap) && rings[i].InputOffset < OutputEnd(last) && last.OutputOffset <= End(rings[i]))
            {
                MayOverlap(last, Text($"its output 0x{last.OutputOffset:x4} to 0x{OutputEnd(last):x4} meets the buffer of layer {rings[i].Layer.Index}, 0x{rings[i].InputOffset:x4} to 0x{End(rings[i]):x4}"));
            }
        }
    }

    private void CheckOwnOutput(LayerPlacement layer)
    {
        if (!Share(layer.InputMap, layer.OutputMap)) return;
        int ring = 4 * layer.Stream!.Rollover, input = layer.InputOffset, output = layer.OutputOffset;
        bool meets = input < output ? input + ring >= output : output + ring >= input;
        bool final = layer.Layer.Index == layers.Count - 1 && input > output && OutputEnd(layer) >= input;
        if (meets || final) Overlap(layer, Text($"its buffer of {ring} bytes begins at 0x{input:x4} and its output at 0x{output:x4}"));
    }

    private static int End(LayerPlacement layer) => layer.InputOffset + 4 * layer.Stream!.Rollover;

    private static int OutputEnd(LayerPlacement layer) => layer.OutputOffset + 4 * layer.Layer.Output.Pixels * layer.OutputPasses.Count * (layer.Layer.OutputWidth / 8);

    private static bool Share(ProcessorMap a, ProcessorMap b) => Instances(a).Intersect(Instances(b)).Any();

    private static IEnumerable<int> Instances(ProcessorMap map) => map.Processors().Select(p => p / MemoryMap.ProcessorsPerInstance).Distinct();

    private string Where(LayerPlacement layer) => description.Where(layer.Layer.Index);

    private void Overlap(LayerPlacement layer, string actual) => Add(DeviceLimits.StreamingBuffers, Where(layer), actual, "Move in_offset and out_offset of the streaming layers further apart.");

    private void MayOverlap(LayerPlacement layer, string actual)
    {
        if (options.OverlapData) notices.Add($"{Where(layer)}: {actual}{Placer.Allowed}");
        else Overlap(layer, actual);
    }

    private void Add(LimitRule rule, string where, string actual, string remedy) => violations.Add(new(rule, where, actual, remedy));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
