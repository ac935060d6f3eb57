// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using Ai8x.CodeGen.Placement;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Planning;

/// <summary>Figures and reasons of a plan.</summary>
internal static class PlanReport
{
    public static NetworkPlan Of(
        QuantizedNetwork network, NetworkPlacement placement, ImmutableArray<DataBlock> blocks, int[] starts, int[] offsets, ImmutableArray<LayerNeed> needs, IReadOnlyList<string> changes)
    {
        CycleEstimate cycles = CycleEstimate.Of(placement);
        long least = CycleEstimate.Startup + needs.Sum(need => need.LeastCycles(blocks[need.InputBlock].Mask, blocks[need.InputBlock].Span));
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
                Live(blocks, starts, i),
                layer.KernelWords,
                cycles.Layers[i],
                Operations(layer.Layer),
                Reasons(layer, blocks, needs[i])))],
            Cycles = cycles.Total,
            LeastCycles = Math.Min(least, cycles.Total),
            PeakBytes = Enumerable.Range(0, blocks.Length).Max(block => offsets[block] + blocks[block].Bytes),
            Changes = [.. changes],
        };
    }

    /// <summary>Whether a plan beats another one, cycles first.</summary>
    public static bool IsBetter(NetworkPlan plan, NetworkPlan other, PlanObjective objective) => Cost(plan, objective).CompareTo(Cost(other, objective)) < 0;

    private static (long, int) Cost(NetworkPlan plan, PlanObjective objective) => (plan.Cycles, objective switch
    {
        PlanObjective.Memory => plan.PeakBytes,
        PlanObjective.Energy => Enumerable.Range(0, 4).Count(quadrant => plan.Layers.Any(layer => layer.Processors.Quadrant(quadrant) != 0)),
        _ => 0,
    });

    private static int Live(ImmutableArray<DataBlock> blocks, int[] starts, int layer) => Enumerable.Range(0, blocks.Length)
        .Where(block => blocks[block].Birth <= layer && layer <= blocks[block].Death)
        .Sum(block => BitOperations.PopCount(blocks[block].Instances(starts[block])) * (blocks[block].Before + blocks[block].Bytes));

    private static long Operations(QuantizedLayer layer) => layer.Operator switch
    {
        LayerOperator.None => 0,
        LayerOperator.Linear => layer.Weights.Length,
        LayerOperator.ConvTranspose2d => (long)layer.Pooled.Pixels * layer.Weights.Length,
        _ => (long)layer.Output.Pixels * layer.Weights.Length,
    };

    private static ImmutableArray<string> Reasons(LayerPlacement layer, ImmutableArray<DataBlock> blocks, LayerNeed need)
    {
        List<string> reasons = [];
        QuantizedLayer quantized = layer.Layer;
        ChannelPasses inputs = layer.InputPasses;
        reasons.Add(inputs.Count == 1
            ? Text($"{Count(quantized.Input.Channels, "channel")} on {Count(inputs.PerPass, "processor")}, one each.")
            : Text($"{quantized.Input.Channels} channels in {inputs.Count} passes of {inputs.PerPass} processors."));
        if (quantized.Index == 0)
        {
            int pixels = quantized.Input.Pixels, words = layer.Format == DataFormat.Chw ? quantized.Input.Channels * ((pixels + 3) / 4) : pixels * inputs.Count * ((inputs.PerPass + 3) / 4);
            reasons.Add(layer.Format == DataFormat.Chw
                ? Text($"CHW: four pixels of a channel in a word, so the input is loaded with {words:N0} bus writes.")
                : Text($"HWC: four channels of a pixel in a word, so the input is loaded with {words:N0} bus writes."));
        }

        if (need.PassesOn) reasons.Add("Without operator the output lies on the processors of the input.");
        if (layer.HasGaps) reasons.Add("The map leaves out processors so that joined sources lie side by side.");
        DataBlock output = blocks[need.OutputBlock];
        if (output.Gap > 0) reasons.Add(Text($"write_gap {output.Gap}: the layer that joins this output with others reads them word by word in turn."));
        else if (output.Members.Length > 1) reasons.Add("The output lies beside the others that a later layer joins with it.");
        int kept = output.Death - layer.Layer.Index;
        if (kept > 1 && !layer.IsOutput) reasons.Add(Text($"The output stays in memory until layer {output.Death} has read it."));
        if (layer.KernelWords > 0) reasons.Add(Text($"Kernels: {layer.KernelWords} of 768 words from word {layer.KernelStart} on."));
        return [.. reasons];
    }

    private static string Count(int count, string what) => Text($"{count} {what}{(count == 1 ? "" : "s")}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
