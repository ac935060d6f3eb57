// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using Ai8x.CodeGen.Placement;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Planning;

/// <summary>Figures and reasons of a plan.</summary>
internal sealed class PlanReport(PlanArrangement arrangement, int[] starts, int[] offsets)
{
    private readonly ImmutableArray<DataBlock> _blocks = arrangement.Blocks;

    /// <summary>Puts a plan together.</summary>
    /// <param name="network">The network with the planned description.</param>
    /// <param name="placement">Its placement.</param>
    /// <param name="leastCycles">Cycles that no choice undercuts.</param>
    /// <param name="changes">What was changed to make the network fit.</param>
    public NetworkPlan Of(QuantizedNetwork network, NetworkPlacement placement, long leastCycles, IReadOnlyList<string> changes)
    {
        CycleEstimate cycles = CycleEstimate.Of(placement);
        return new NetworkPlan
        {
            Network = network,
            Layers = [.. placement.Layers.Select((layer, i) => new PlannedLayer(
                i,
                layer.Layer.Name,
                layer.InputMap,
                layer.OutputMap,
                layer.InputPasses.Count,
                layer.InputOffset,
                layer.OutputOffset,
                Live(i),
                layer.KernelWords,
                cycles.Layers[i],
                Operations(layer.Layer),
                Reasons(layer))
            {
                RingWords = layer.Stream is { Flows: true } stream ? stream.Rollover : 0,
            })],
            Synthesis = arrangement.Input.Options,
            Cycles = cycles.Total,
            LeastCycles = Math.Min(leastCycles, cycles.Total),
            PeakBytes = OffsetSearch.Peak(_blocks, offsets),
            Quadrants = placement.Quadrants.Length,
            Changes = [.. changes],
        };
    }

    private int Live(int layer) => Enumerable.Range(0, _blocks.Length)
        .Where(block => _blocks[block].Birth <= layer && layer <= _blocks[block].Death)
        .Sum(block => BitOperations.PopCount(_blocks[block].Instances(starts[block])) * (_blocks[block].Before + _blocks[block].Bytes));

    private static long Operations(QuantizedLayer layer) => layer.Operator switch
    {
        LayerOperator.None => 0,
        LayerOperator.Linear => layer.Weights.Length,
        LayerOperator.ConvTranspose2d => (long)layer.Pooled.Pixels * layer.Weights.Length,
        _ => (long)layer.Output.Pixels * layer.Weights.Length,
    };

    private ImmutableArray<string> Reasons(LayerPlacement layer)
    {
        List<string> reasons = [];
        LayerNeed need = arrangement.Needs[layer.Layer.Index];
        DataBlock output = _blocks[need.OutputBlock];
        QuantizedLayer quantized = layer.Layer;
        ChannelPasses inputs = layer.InputPasses;
        reasons.Add(inputs.Count == 1
            ? Text($"{Count(quantized.Input.Channels, "channel")} on {Count(inputs.PerPass, "processor")}, one each.")
            : Text($"{quantized.Input.Channels} channels in {inputs.Count} passes of {inputs.PerPass} processors."));
        if (quantized.Index == 0) reasons.Add(Loading(layer));
        if (layer.Stream is { Flows: true } stream) reasons.Add(Streaming(layer, stream, output));
        if (need.PassesOn) reasons.Add("Without operator the output lies on the processors of the input.");
        if (layer.HasGaps) reasons.Add("The map leaves out processors so that joined sources lie side by side.");
        if (output.Gap > 0) reasons.Add(Text($"write_gap {output.Gap}: the layer that joins this output with others reads them word by word in turn."));
        else if (output.Members.Length > 1) reasons.Add("The output lies beside the others that a later layer joins with it.");
        int kept = output.Death - layer.Layer.Index;
        if (kept > 1 && !layer.IsOutput && !output.IsRing) reasons.Add(Text($"The output stays in memory until layer {output.Death} has read it."));
        if (layer.KernelWords > 0) reasons.Add(Text($"Kernels: {layer.KernelWords} of 768 words from word {layer.KernelStart} on."));
        return [.. reasons];
    }

    private static string Loading(LayerPlacement first)
    {
        FeatureShape input = first.Layer.Input;
        bool chw = first.Format == DataFormat.Chw;
        int words = chw ? input.Channels * ((input.Pixels + 3) / 4) : input.Pixels * first.InputPasses.Count * ((first.InputPasses.PerPass + 3) / 4);
        string order = chw ? "CHW: four pixels of a channel in a word" : "HWC: four channels of a pixel in a word";
        return first.Source switch
        {
            InputPath.Memory => Text($"{order}, so the input is loaded with {words:N0} bus writes."),
            InputPath.Fifo => Text($"{order}, so the input takes {words:N0} writes to the FIFOs of the quadrants while the network runs (--fifo)."),
            InputPath.FastFifo => Text($"{order}, so the input takes {words:N0} writes to the fast FIFO of the RISC-V core while the network runs (--fast-fifo)."),
            _ => Text($"{order}, so the input takes {words:N0} writes to the fast FIFO of the RISC-V core while the network runs; each quadrant computes a quarter of the output channels (--fast-fifo-quad)."),
        };
    }

    private static string Streaming(LayerPlacement layer, StreamPlacement stream, DataBlock output)
    {
        long words = LayerNeed.InputWords(layer);
        string end = output.IsRing ? "" : " It is the last layer that streams: its output is the first data that has room as a whole.";
        string bias = layer.Layer.Bias.All(value => value == 0) ? "" : " It has a bias, with which a streaming layer may give another result on the device.";
        return Text($"Streams: of its input, {words:N0} words in each instance, a ring holds {stream.Rollover:N0} at a time from byte 0x{layer.InputOffset:x4} on.{end}{bias}");
    }

    private static string Count(int count, string what) => Text($"{count} {what}{(count == 1 ? "" : "s")}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
