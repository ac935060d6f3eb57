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
    /// <summary>Places a network as its description says (machine.md sections 4, 7.4 and 8; network-yaml.md section 4).</summary>
    /// <param name="network">A quantized network.</param>
    /// <returns>The placement with the images of kernel and bias memory.</returns>
    /// <exception cref="LimitException">The network does not fit, or its description contradicts itself.</exception>
    public static NetworkPlacement Place(QuantizedNetwork network)
    {
        PlacementAttempt attempt = Attempt(network);
        if (!attempt.Violations.IsEmpty) throw new LimitException(attempt.Violations);
        return new NetworkPlacement
        {
            Network = network,
            Layers = attempt.Layers,
            Quadrants = attempt.Quadrants,
            Kernels = attempt.Kernels!,
            Biases = attempt.Biases,
            Notices = attempt.Notices,
        };
    }

    /// <summary>The same without giving up: what found its place, and every rule that is broken, so that an overflow can be shown.</summary>
    /// <param name="network">A quantized network.</param>
    /// <returns>The placement as far as it goes; it is complete where there are no violations.</returns>
    public static PlacementAttempt Attempt(QuantizedNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        NetworkDescription description = network.Description;
        List<LimitViolation> violations = [];
        List<string> notices = [];
        LayerPlacement[] layers = [.. network.Layers.Select((_, index) => Layer(network, index))];
        MarkOutputs(layers, description, notices);
        for (int i = 0; i < layers.Length; i++)
        {
            LayerChecks.Plain(description.Layers[i], i, description.Where(i), violations);
            LayerChecks.Processors(layers[i], description.Where(i), violations);
            LayerChecks.Memory(layers[i], description.Where(i), violations);
            if (i > 0) LayerChecks.Connection(layers[i - 1], layers[i], description.Where(i), violations);
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
        if (violations.All(violation => violation.Rule == DeviceLimits.InputMemory || violation.Rule == DeviceLimits.OutputMemory))
        {
            if (violations.Count == 0) LiveDataCheck.Run(layers, description, violations);
            kernels = KernelPlacer.Place(layers, description, violations);
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

    private static LayerPlacement Layer(QuantizedNetwork network, int index)
    {
        ImmutableArray<LayerDescription> all = network.Description.Layers;
        LayerDescription description = all[index];
        bool last = index == all.Length - 1;
        QuantizedLayer layer = network.Layers[index];
        ProcessorMap packed = new(layer.Output.Channels >= MemoryMap.Processors ? ulong.MaxValue : (1ul << layer.Output.Channels) - 1);
        return new LayerPlacement
        {
            Layer = layer,
            Format = description.DataFormat,
            InputMap = description.Processors,
            OutputMap = last ? network.Description.OutputMap ?? description.OutputProcessors ?? packed : description.OutputProcessors ?? all[index + 1].Processors,
            InputOffset = description.InputOffset ?? (index == 0 ? 0 : all[index - 1].OutputOffset),
            OutputOffset = description.OutputOffset,
        };
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
        [.. Enumerable.Range(0, MemoryMap.Quadrants).Where(q => layers.Any(layer => layer.InputMap.Quadrant(q) != 0) || layers[^1].OutputMap.Quadrant(q) != 0)];
}
