// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Device.Limits;
using Ai8x.Device.Registers;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Placement;

/// <summary>Decides where a network lies in the accelerator and checks that it fits; all violations are collected.</summary>
public static class Placer
{
    /// <summary>End of a notice about an overlap that the user allows.</summary>
    internal const string Allowed = "; --overlap-data allows it.";

    /// <summary>Places a network as its description says (machine.md sections 4, 7.4 and 8; network-yaml.md section 4).</summary>
    /// <param name="network">A quantized network.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <returns>The placement with the images of kernel and bias memory.</returns>
    /// <exception cref="LimitException">The network does not fit, or its description contradicts itself.</exception>
    public static NetworkPlacement Place(QuantizedNetwork network, SynthesisOptions? options = null)
    {
        PlacementAttempt attempt = Attempt(network, options);
        if (!attempt.Violations.IsEmpty) throw new LimitException(attempt.Violations);
        return Completed(attempt);
    }

    /// <summary>The placement of an attempt without violations.</summary>
    internal static NetworkPlacement Completed(PlacementAttempt attempt) => new()
    {
        Network = attempt.Network,
        Layers = attempt.Layers,
        Quadrants = attempt.Quadrants,
        Kernels = attempt.Kernels!,
        Biases = attempt.Biases,
        Notices = attempt.Notices,
    };

    /// <summary>The same without giving up: what found its place, and every rule that is broken, so that an overflow can be shown.</summary>
    /// <param name="network">A quantized network.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <param name="broken">Limits that the network breaks already, or null; they come first, and nothing is put into kernel and bias memory.</param>
    /// <returns>The placement as far as it goes; it is complete where there are no violations.</returns>
    public static PlacementAttempt Attempt(QuantizedNetwork network, SynthesisOptions? options = null, IEnumerable<LimitViolation>? broken = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        options ??= SynthesisOptions.Default;
        NetworkDescription description = network.Description;
        List<LimitViolation> violations = [.. broken ?? []];
        List<string> notices = [];
        LayerPlacement[] layers = [.. network.Layers.Select((_, index) => Layer(network, index, options))];
        StreamPlacer.Place(layers, description, options);
        MarkOutputs(layers, description, notices);
        for (int i = 0; i < layers.Length; i++)
        {
            LayerChecks.Processors(layers[i], description.Where(i), violations);
            bool streams = layers[i].Stream is { Flows: true }, ring = options.UsesFifo && i + 1 < layers.Length && layers[i + 1].Stream is { Flows: true };
            LayerChecks.Memory(layers[i], readsWholeInput: !streams && layers[i].Source == InputPath.Memory, writesWholeOutput: !ring, description.Where(i), violations);
        }

        ConnectionCheck.Run(layers, description, options, violations);
        RollingBufferRules.Check(layers, description, options, violations);
        UnloadRules.Check(description, options, violations);
        StreamingRules.Check(layers, description, options, violations, notices);

        if (options.Input == InputPath.FastFifoQuad) QuadFifo(layers[0], description.Where(0), violations);
        if (layers[0].Stream is { Flows: true } && !options.UsesFifo && !options.AllowStreaming)
        {
            violations.Add(new(GeneratorLimits.StreamingInput, description.Where(0), "it reads data memory", "Use --fifo or --fast-fifo, or --allow-streaming to stream from data memory."));
        }

        LayerChecks.Outputs(layers, description, violations);
        ImmutableArray<int> quadrants = Quadrants(layers);
        if (!quadrants.Contains(0))
        {
            violations.Add(new(DeviceLimits.QuadrantZero, description.Source, "quadrant 0 is unused", "Move the processors of a layer to 0 to 15."));
        }

        // Words and bytes have a place only once the maps and offsets are sound; data that is too long for its memory does not disturb the kernels.
        KernelMemory? kernels = null;
        ImmutableArray<BiasBlock> biases = [];
        LayerRemarks.Add(layers, description, notices);
        if (violations.All(violation => violation.Rule == DeviceLimits.InputMemory || violation.Rule == DeviceLimits.OutputMemory))
        {
            if (violations.Count == 0) LiveData(layers, description, options, notices, violations);
            kernels = KernelPlacer.Place(layers, description, options.DeduplicateWeights, violations);
            biases = BiasPlacer.Place(layers, description, quadrants, notices, violations);
        }

        return new PlacementAttempt
        {
            Network = network,
            Layers = [.. layers],
            Quadrants = quadrants,
            Kernels = kernels,
            Biases = biases,
            Notices = [.. notices],
            Violations = [.. violations],
        };
    }

    /// <summary>With <c>--overlap-data</c> what is overwritten is allowed, but said.</summary>
    private static void LiveData(LayerPlacement[] layers, NetworkDescription description, SynthesisOptions options, List<string> notices, List<LimitViolation> violations)
    {
        List<LimitViolation> overlaps = [];
        LiveDataCheck.Run(layers, description, options.MaximumProcessors, overlaps);
        if (!options.OverlapData) violations.AddRange(overlaps);
        else
        {
            notices.AddRange(overlaps.Select(overlap => $"{overlap.Where}: {overlap.Actual}{Allowed}"));
            if (!notices.Exists(notice => notice.EndsWith(Allowed, StringComparison.Ordinal))) notices.Add($"{description.Source}: nothing overlaps, so --overlap-data changes nothing.");
        }
    }

    private static LayerPlacement Layer(QuantizedNetwork network, int index, SynthesisOptions options)
    {
        ImmutableArray<LayerDescription> all = network.Description.Layers;
        LayerDescription description = all[index];
        QuantizedLayer layer = network.Layers[index];
        ChannelPasses outputs = ChannelPasses.Of(layer.Output.Channels, options.MaximumProcessors);
        InputPath source = index == 0 ? options.Input : InputPath.Memory;
        return new LayerPlacement
        {
            Layer = layer,
            Hardware = HardwareSubstitution.Of(layer),
            Format = description.DataFormat,
            InputMap = source == InputPath.FastFifoQuad ? new(description.Processors.Quadrant(0)) : description.Processors,
            OutputMap = OutputMap(network.Description, index, outputs),
            InputPasses = ChannelPasses.Of(layer.Input.Channels, options.MaximumProcessors),
            OutputPasses = outputs,
            InputOffset = description.InputOffset ?? (index == 0 ? 0 : all[index - 1].OutputOffset),
            OutputOffset = description.OutputOffset,
            WriteGap = description.WriteGap,
            Source = source,
        };
    }

    /// <summary>The map of a layer's output: its own, the next layer's, or for the last layer processors 0 and up (network-yaml.md section 3.6).</summary>
    private static ProcessorMap OutputMap(NetworkDescription description, int index, ChannelPasses outputs)
    {
        LayerDescription layer = description.Layers[index];
        if (index < description.Layers.Length - 1) return layer.OutputProcessors ?? description.Layers[index + 1].Processors;
        return description.OutputMap ?? layer.OutputProcessors ?? new(ulong.MaxValue >> (DeviceLimits.Processors - outputs.PerPass));
    }

    private static void QuadFifo(LayerPlacement layer, string where, List<LimitViolation> violations)
    {
        bool fits = layer is { KernelSize: 9, Hardware.IsConvolution: true, Layer.WeightBits: 8, LeadingDummies: 0 } && layer.InputMap.Bits <= 0xf && layer.Layer.Bias.All(value => value == 0);
        if (!fits) violations.Add(new(GeneratorLimits.QuadFifo, where, "the first layer is another one", "Use --fast-fifo."));
    }

    private static void MarkOutputs(LayerPlacement[] layers, NetworkDescription description, List<string> notices)
    {
        bool marked = description.Layers.Any(layer => layer.IsOutput);
        if (marked && !description.Layers[^1].IsOutput)
        {
            notices.Add(string.Create(CultureInfo.InvariantCulture, $"{description.Where(layers.Length - 1)}: the last layer is no output, because other layers are marked with output: true."));
        }

        for (int i = 0; i < layers.Length; i++) layers[i] = layers[i] with { IsOutput = marked ? description.Layers[i].IsOutput : i == layers.Length - 1 };
    }

    private static ImmutableArray<int> Quadrants(LayerPlacement[] layers) =>
        [.. Enumerable.Range(0, MemoryMap.Quadrants).Where(q => layers.Any(layer => layer.EnabledMap.Quadrant(q) != 0) || layers[^1].OutputMap.Quadrant(q) != 0)];
}
