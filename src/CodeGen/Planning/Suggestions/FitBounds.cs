// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Device.Limits;
using Ai8x.Device.Registers;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Planning.Suggestions;

/// <summary>Proofs that a network fits in no way: what a layer, or all together, take at the least against what the chip has.</summary>
public static class FitBounds
{
    private const int InstanceCount = MemoryMap.Processors / MemoryMap.ProcessorsPerInstance;

    /// <summary>All proofs that hold; none does not mean that the network fits.</summary>
    /// <param name="candidate">The network.</param>
    /// <returns>The problems, those of a single layer in front of those of the whole network, in execution order.</returns>
    public static ImmutableArray<FitProblem> Problems(FitCandidate candidate)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        List<FitProblem> problems = [];
        LayerNeeds[] needs = [.. candidate.Graph.Layers.Select((layer, i) => new LayerNeeds(layer, candidate.WeightBits[i]))];
        StreamedPrefix prefix = StreamedPrefix.Of(StreamableLayer.Of(candidate.Graph));
        bool hasRoom = prefix.Lengths.Any(length => Enumerable.Range(0, needs.Length).All(i => Data(i, needs[i], length) is null));
        for (int i = 0; i < needs.Length; i++)
        {
            Shapes(problems, i, needs[i]);
            if (problems.Count > 0) continue;
            Kernels(problems, i, needs[i]);
            if (!hasRoom && Data(i, needs[i], streaming: 0) is { } problem) problems.Add(problem with { Detail = $"{problem.Detail} {Streaming(candidate, prefix)}" });
        }

        if (problems.Count == 0) Together(problems, needs);
        return [.. problems];
    }

    private static void Shapes(List<FitProblem> problems, int index, LayerNeeds needs)
    {
        GraphLayer layer = needs.Layer;
        int channels = Math.Max(layer.Input.Channels, layer.Output.Channels);
        if (channels > DeviceLimits.MaximumChannels)
        {
            Add(problems, index, layer, ChipResource.Channels, channels, DeviceLimits.MaximumChannels, Text($"It reads {layer.Input.Channels} and writes {layer.Output.Channels} channels."));
        }

        int size = Math.Max(Math.Max(layer.Input.Rows, layer.Input.Columns), Math.Max(layer.Output.Rows, layer.Output.Columns));
        int padded = Math.Max(layer.Input.Rows, layer.Input.Columns) + (2 * layer.Padding);
        bool large = size > DeviceLimits.MaximumDimension;
        if (large || padded > DeviceLimits.MaximumDimension + 1)
        {
            Add(problems, index, layer, ChipResource.Dimensions, large ? size : padded, large ? DeviceLimits.MaximumDimension : DeviceLimits.MaximumDimension + 1, Text($"It reads {layer.Input} with pad {layer.Padding} and writes {layer.Output}."));
        }

        if (needs.FlattenSteps > DeviceLimits.MaximumFlattenPixels)
        {
            Add(problems, index, layer, ChipResource.FlattenSteps, needs.FlattenSteps, DeviceLimits.MaximumFlattenPixels, Text($"It flattens {layer.Input}, {layer.Input.Pixels} pixels in {needs.Inputs.Count} passes of 64 channels."));
        }
    }

    private static void Kernels(List<FitProblem> problems, int index, LayerNeeds needs)
    {
        if (needs.KernelWords <= DeviceLimits.KernelWords) return;
        Add(problems, index, needs.Layer, ChipResource.KernelMemory, needs.KernelWords, DeviceLimits.KernelWords,
            Text($"Its {needs.Layer.Weights.Length:N0} weights of {needs.WeightBits} bits take {needs.KernelWords:N0} words of 72 bits on each of its {needs.Inputs.PerPass} processors."));
    }

    /// <summary>Input and output of a layer lie apart where they share an instance, as they do if they need more than the sixteen together.</summary>
    private static FitProblem? Data(int index, LayerNeeds needs, int streaming)
    {
        bool flowsIn = index < streaming, flowsOut = index < streaming - 1;
        long output = flowsOut ? 0 : needs.OutputBytes;
        long input = flowsIn ? 0 : needs.InputBytes;
        long least = Least(input, flowsIn ? 0 : needs.InputInstances, output, needs.OutputInstances), shown = needs.InputBytes;
        if (index == 0 && !flowsIn && needs.ChwBytes is { } chw && Least(chw, needs.Layer.Input.Channels, output, needs.OutputInstances) is var other && other <= least) (least, shown) = (other, chw);
        if (least <= DeviceLimits.DataInstanceBytes) return null;
        return new(index, needs.Layer.Name, ChipResource.DataMemory, least, DeviceLimits.DataInstanceBytes,
            Text($"In each memory instance its input {needs.Layer.Input} takes {shown:N0} bytes{(shown == needs.InputBytes ? "" : " (data_format: CHW)")} and its output {needs.Layer.Output} {needs.OutputBytes:N0}{(least > Math.Max(shown, output) ? ", and some instance holds both" : "")}."));
    }

    /// <summary>Why data that has no room does not stream instead.</summary>
    private static string Streaming(FitCandidate candidate, StreamedPrefix prefix)
    {
        string after = prefix.Longest == 0 ? "It cannot stream" : prefix.Longest == 1 ? "Streaming through layer 0 does not help, and through more layers data cannot stream" : Text($"Streaming through up to {prefix.Longest} layers does not help, and through more data cannot stream");
        return $"{after}: at {Changes.Name(candidate, prefix.Layer)} {prefix.Obstacle}.";
    }

    private static long Least(long input, int inputInstances, long output, int outputInstances) =>
        inputInstances + outputInstances > InstanceCount ? input + output : Math.Max(input, output);

    private static void Together(List<FitProblem> problems, LayerNeeds[] needs)
    {
        if (needs.Length > DeviceLimits.MaximumLayers) Add(problems, DeviceLimits.MaximumLayers, needs[DeviceLimits.MaximumLayers].Layer, ChipResource.Layers, needs.Length, DeviceLimits.MaximumLayers, "It is the first layer too many.");
        long area = needs.Sum(layer => layer.KernelArea), room = (long)DeviceLimits.KernelWords * MemoryMap.Processors;
        if (area > room)
        {
            int most = Enumerable.Range(0, needs.Length).MaxBy(i => needs[i].KernelArea);
            Add(problems, most, needs[most].Layer, ChipResource.KernelMemory, area, room, Text($"The kernels of all layers take {area:N0} words on all processors together, most of them those of this layer: {needs[most].KernelArea:N0}."));
        }

        long bias = LayerNeeds.SharedBias(needs), biasRoom = (long)DeviceLimits.BiasBytes * MemoryMap.Quadrants;
        int longest = Enumerable.Range(0, needs.Length).MaxBy(i => needs[i].BiasBytes);
        if (needs[longest].BiasBytes > DeviceLimits.BiasBytes)
        {
            Add(problems, longest, needs[longest].Layer, ChipResource.BiasMemory, needs[longest].BiasBytes, DeviceLimits.BiasBytes, "The bias of a layer lies in one quadrant.");
        }
        else if (bias > biasRoom)
        {
            Add(problems, longest, needs[longest].Layer, ChipResource.BiasMemory, bias, biasRoom, Text($"The biases of all layers take {bias:N0} bytes, most of them those of this layer: {needs[longest].BiasBytes:N0}."));
        }
    }

    private static void Add(List<FitProblem> problems, int index, GraphLayer layer, ChipResource resource, long needed, long available, string detail) =>
        problems.Add(new FitProblem(index, layer.Name, resource, needed, available, detail));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
