// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Planning.Suggestions;

/// <summary>What a changed network takes against the one that does not fit: the numbers of a suggestion and its cost.</summary>
internal sealed class NeedsComparison(FitCandidate before, FitProblem problem)
{
    private const int BiasBits = 8;

    /// <summary>The numbers that the problem is about, before and after.</summary>
    public string Text(FitCandidate after)
    {
        if (problem.Resource == ChipResource.Layers) return Line($"There are then {after.Graph.Layers.Length} instead of {before.Graph.Layers.Length} layers (at most {DeviceLimits.MaximumLayers}).");
        LayerNeeds was = Needs(before, problem.Layer), now = Needs(after, problem.Layer);
        return problem.Resource switch
        {
            ChipResource.KernelMemory => Line(
                $"The kernels of layer {problem.Layer} then take {now.KernelWords:N0} instead of {was.KernelWords:N0} words of each of its processors ({DeviceLimits.KernelWords} are there), those of all layers {Area(after):N0} instead of {Area(before):N0} words of all processors ({DeviceLimits.KernelWords * DeviceLimits.Processors:N0} are there)."),
            ChipResource.DataMemory => Line(
                $"In each memory instance ({DeviceLimits.DataInstanceBytes:N0} bytes) the input of layer {problem.Layer} then takes {Against(InputBytes(after), InputBytes(before))} and its output {Against(now.OutputBytes, was.OutputBytes)}."),
            ChipResource.BiasMemory => Line($"The biases then take {Bias(after):N0} instead of {Bias(before):N0} bytes, that of layer {problem.Layer} {now.BiasBytes} instead of {was.BiasBytes} ({DeviceLimits.BiasBytes} are there in each of 4 quadrants)."),
            ChipResource.FlattenSteps => Line($"Layer {problem.Layer} then flattens {now.FlattenSteps:N0} instead of {was.FlattenSteps:N0} steps (at most {DeviceLimits.MaximumFlattenPixels})."),
            ChipResource.Channels => Line($"Layer {problem.Layer} then reads {now.Layer.Input.Channels} and writes {now.Layer.Output.Channels} instead of {was.Layer.Input.Channels} and {was.Layer.Output.Channels} channels (at most {DeviceLimits.MaximumChannels:N0})."),
            _ => Line($"Layer {problem.Layer} then reads {now.Layer.Input} and writes {now.Layer.Output} instead of {was.Layer.Input} and {was.Layer.Output}."),
        };
    }

    /// <summary>Share of the weight bits or of the multiplications that is given up, whichever is more; 0 to 1.</summary>
    public double Cost(FitCandidate after)
    {
        double bits = 1 - (Bits(after) / Bits(before)), multiplications = 1 - (Multiplications(after) / Multiplications(before));
        return Math.Max(0, Math.Max(bits, multiplications));
    }

    private static LayerNeeds Needs(FitCandidate network, int layer) => new(network.Graph.Layers[layer], network.WeightBits[layer]);

    private static IEnumerable<LayerNeeds> All(FitCandidate network) => network.Graph.Layers.Select((_, i) => Needs(network, i));

    /// <summary>Bytes of the input in the order that takes less, where the first layer has the choice.</summary>
    private long InputBytes(FitCandidate network)
    {
        LayerNeeds needs = Needs(network, problem.Layer);
        return problem.Layer == 0 && needs.ChwBytes is { } chw ? Math.Min(chw, needs.InputBytes) : needs.InputBytes;
    }

    private static string Against(long now, long was) => now == was ? Line($"{now:N0} bytes as before") : Line($"{now:N0} instead of {was:N0} bytes");

    private static long Area(FitCandidate network) => All(network).Sum(needs => needs.KernelArea);

    private static long Bias(FitCandidate network) => LayerNeeds.SharedBias(All(network));

    private static double Bits(FitCandidate network) => Math.Max(1, All(network).Sum(needs => ((double)needs.Layer.Weights.Length * needs.WeightBits) + ((double)needs.BiasBytes * BiasBits)));

    private static double Multiplications(FitCandidate network) => Math.Max(1, All(network).Sum(needs => needs.Multiplications));

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
