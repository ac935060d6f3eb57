// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.CodeGen.Placement;
using Ai8x.Device.Limits;
using Ai8x.Device.Registers;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Maps;

/// <summary>
/// Which layer lies where in kernel, data and bias memory, as plain data: one map for each memory, one row for each processor, instance or
/// quadrant, one span for each layer. What found no room stands behind the end of its row, so that an overflow is seen.
/// </summary>
public static class MemoryMaps
{
    /// <summary>Makes the three maps.</summary>
    /// <param name="attempt">A placement, complete or not.</param>
    /// <returns>Kernel, data and bias map; a memory that could not be placed at all has no spans.</returns>
    public static ImmutableArray<MapOfMemory> Of(PlacementAttempt attempt)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        return [Kernels(attempt), Data(attempt), Bias(attempt)];
    }

    private static MapOfMemory Kernels(PlacementAttempt attempt)
    {
        List<MapSpan>[] rows = Rows(MemoryMap.Processors);
        if (attempt.Kernels is not null)
        {
            foreach (LayerPlacement layer in attempt.Layers.Where(layer => layer.Hardware.IsConvolution))
            {
                bool missing = Breaks(attempt, layer, DeviceLimits.KernelMemory);
                int words = layer.KernelWords + (missing ? 0 : layer.LeadingDummies);
                foreach (int p in layer.EnabledMap.Processors())
                {
                    rows[p].Add(missing ? Behind(rows[p], MemoryMap.KernelWords, layer, words, "kernels") : Span(layer, layer.KernelStart, words, "kernels"));
                }
            }
        }

        return Map("kernel", "processor", "words of 9 bytes", MemoryMap.KernelWords, rows);
    }

    private static MapOfMemory Data(PlacementAttempt attempt)
    {
        List<MapSpan>[] rows = Rows(MemoryMap.DataInstances);
        LayerPlacement first = attempt.Layers[0];
        if (first.Source == InputPath.Memory)
        {
            int last = first.Layer.Operands - 1;
            Extend(rows, -1, "input", "network input", first.Layer.Input, first.InputMap, first.InputPasses, (channel, pixel) => first.InputSlot(channel, pixel, pixel == 0 ? 0 : last));
        }

        foreach (LayerPlacement layer in attempt.Layers)
        {
            if (IsRing(layer)) Ring(rows, layer, layer.Layer.Index == 0 ? "input" : attempt.Layers[layer.Layer.Index - 1].Layer.Name);
            if (layer.Layer.Index + 1 < attempt.Layers.Length && IsRing(attempt.Layers[layer.Layer.Index + 1])) continue;
            Extend(rows, layer.Layer.Index, layer.Layer.Name, "output", layer.Layer.Output, layer.OutputMap, layer.OutputPasses, layer.OutputSlot);
        }

        foreach (DataBuffer buffer in attempt.Network.Description.DataBuffers)
        {
            BufferPlaces places = new(buffer, MemoryMap.Processors);
            Extend(rows, -1, buffer.Name, "data buffer", new(buffer.Rows, buffer.Columns, buffer.Channels), buffer.Processors, places.Passes, places.Slot);
        }

        return Map("data", "instance", "bytes", MemoryMap.InstanceWords * sizeof(uint), rows);
    }

    private static bool IsRing(LayerPlacement layer) => layer.Stream is { Flows: true, Rollover: > 0 };

    /// <summary>The words through which the output of the layer before, or the input from the FIFO, passes.</summary>
    private static void Ring(List<MapSpan>[] rows, LayerPlacement reader, string name)
    {
        foreach (int instance in reader.InputMap.Processors().Select(p => p / MemoryMap.ProcessorsPerInstance).Distinct())
        {
            rows[instance].Add(new MapSpan(reader.Layer.Index - 1, name, "ring", reader.InputOffset, reader.Stream!.Rollover * sizeof(uint)));
        }
    }

    private static MapOfMemory Bias(PlacementAttempt attempt)
    {
        List<MapSpan>[] rows = Rows(MemoryMap.Quadrants);
        foreach (LayerPlacement layer in attempt.Layers.Where(layer => !layer.Layer.Bias.IsEmpty))
        {
            int bytes = BiasPlacer.Length(layer);
            if (layer.BiasQuadrant is int quadrant) rows[quadrant].Add(Span(layer, layer.BiasOffset, bytes, "bias"));
            else if (Breaks(attempt, layer, DeviceLimits.BiasMemory)) rows[0].Add(Behind(rows[0], MemoryMap.BiasBytes, layer, bytes, "bias"));
        }

        return Map("bias", "quadrant", "bytes", MemoryMap.BiasBytes, rows);
    }

    /// <summary>The bytes from the first to the last that a feature map occupies in each instance.</summary>
    private static void Extend(
        List<MapSpan>[] rows, int index, string name, string content, FeatureShape shape, ProcessorMap map, ChannelPasses passes, Func<int, int, DataSlot> place)
    {
        // Maps that do not fit the channels are reported as such; there is nothing to draw.
        if (map.Count != passes.PerPass) return;
        var ends = new SortedDictionary<int, (long Low, long High)>();
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            DataSlot low = place(channel, 0), high = place(channel, shape.Pixels - 1);
            int instance = Instance(low.Address);
            if (instance is < 0 or >= MemoryMap.DataInstances) return;
            uint start = MemoryMap.DataMemory
                + (uint)(instance / MemoryMap.InstancesPerQuadrant) * MemoryMap.QuadrantStride
                + (uint)(instance % MemoryMap.InstancesPerQuadrant) * MemoryMap.InstanceStride;
            (long Low, long High) span = ((long)low.Address - start, (long)high.Address - start + sizeof(uint));
            ends[instance] = ends.TryGetValue(instance, out (long Low, long High) other) ? (Math.Min(other.Low, span.Low), Math.Max(other.High, span.High)) : span;
        }

        foreach ((int instance, (long Low, long High) span) in ends) rows[instance].Add(new MapSpan(index, name, content, (int)span.Low, (int)(span.High - span.Low)));
    }

    private static int Instance(uint address)
    {
        uint offset = address - MemoryMap.DataMemory;
        return (int)(offset / MemoryMap.QuadrantStride) * MemoryMap.InstancesPerQuadrant + (int)(offset % MemoryMap.QuadrantStride / MemoryMap.InstanceStride);
    }

    private static bool Breaks(PlacementAttempt attempt, LayerPlacement layer, LimitRule rule)
    {
        string where = attempt.Network.Description.Where(layer.Layer.Index);
        return attempt.Violations.Any(violation => violation.Rule == rule && violation.Where == where);
    }

    private static MapSpan Span(LayerPlacement layer, int start, int length, string content) => new(layer.Layer.Index, layer.Layer.Name, content, start, length);

    private static MapSpan Behind(List<MapSpan> row, int capacity, LayerPlacement layer, int length, string content) =>
        Span(layer, Math.Max(capacity, row.Count == 0 ? 0 : row.Max(span => span.End)), length, content);

    private static List<MapSpan>[] Rows(int count) => [.. Enumerable.Range(0, count).Select(_ => new List<MapSpan>())];

    private static MapOfMemory Map(string memory, string row, string unit, int capacity, List<MapSpan>[] rows) => new(
        memory,
        unit,
        capacity,
        [.. rows.Select((spans, i) => new MapRow(string.Create(CultureInfo.InvariantCulture, $"{row} {i}"), [.. spans]))]);
}
