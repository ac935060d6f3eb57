// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Device.Limits;
using Ai8x.Device.Registers;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Placement;

/// <summary>
/// Checks word by word that no layer writes over data that is still needed: its own input, data that a later layer reads, and the outputs that
/// belong to the result (network-yaml.md section 4.3). Streaming layers pass their data on through circular buffers and are left out. Rolling
/// buffers are alive all the time.
/// </summary>
internal static class LiveDataCheck
{
    public static void Run(IReadOnlyList<LayerPlacement> layers, NetworkDescription description, int maximumProcessors, List<LimitViolation> violations)
    {
        WordSet[] inputs = [.. layers.Select(InputWords)], outputs = [.. layers.Select(OutputWords)];
        foreach (DataBuffer buffer in description.DataBuffers) Buffer(buffer, new(buffer, maximumProcessors), buffer == description.DataBuffers[0]);
        for (int index = 0; index < layers.Count; index++)
        {
            if (layers[index].Stream is { Flows: true }) continue;

            // A shift reads ahead of where it writes.
            if (description.Layers[index].BufferShift is null) Report(index, inputs[index], index == 0 ? "the network input" : "its own input");
            for (int source = -1; source < index; source++)
            {
                int reader = Enumerable.Range(index + 1, layers.Count - index - 1).FirstOrDefault(later => layers[later].Layer.Inputs.Contains(source), -1);
                bool kept = source >= 0 && layers[source].IsOutput;
                if (reader >= 0 && !kept) Report(index, (source < 0 ? inputs[0] : outputs[source]).Intersect(inputs[reader]), Text($"{Name(source)}, which layer {reader} still reads"));
                else if (kept && (index != source + 1 || !layers[index].Layer.Inputs.Contains(source))) Report(index, outputs[source], Text($"{Name(source)}, which is part of the result"));
            }
        }

        // Rows of the first buffer may be inserted and moved; behind it lie the zeros that a shift brings in.
        void Buffer(DataBuffer buffer, BufferPlaces places, bool moves)
        {
            int zeros = moves ? RollingBufferRules.ZeroRows(description) : 0;
            string name = $"the data buffer {buffer.Name}{(zeros > 0 ? " with the zeros behind it that buffer_shift brings in" : "")}";
            if (description.Layers.Length > 0 && inputs[0].Intersect(places.Words(0, buffer.Rows + zeros)) is { Count: > 0 } loaded && !layers[0].Layer.Inputs.Contains(-2))
            {
                violations.Add(new(DeviceLimits.LiveData, description.Where(0), Text($"in_offset 0x{layers[0].InputOffset:x4} puts {loaded.Count} words of the network input over {name}, the first at {Place(loaded.First)}"), "Choose another in_offset, or other processors."));
            }

            for (int index = 0; index < layers.Count; index++)
            {
                LayerDescription layer = description.Layers[index];
                WordSet kept = (moves, layer.BufferShift, layer.BufferInsert) switch
                {
                    (true, int, _) => places.Words(buffer.Rows, zeros),
                    (true, _, int rows) => places.Words(0, buffer.Rows - rows),
                    _ => places.Words(0, buffer.Rows + zeros),
                };
                if (index + 1 == layers.Count || layers[index + 1].Stream is not { Rollover: > 0 }) Report(index, kept, name);
                if (layers[index].Stream is not { Rollover: > 0 } || RingWords(layers[index]).Intersect(kept) is not { Count: > 0 } ring) continue;
                violations.Add(new(DeviceLimits.LiveData, description.Where(index), Text($"its circular input buffer from 0x{layers[index].InputOffset:x4} on has {ring.Count} words of {name}, the first at {Place(ring.First)}"), "Choose another in_offset."));
            }
        }

        void Report(int index, WordSet live, string what)
        {
            WordSet both = outputs[index].Intersect(live);
            if (both.Count == 0) return;
            violations.Add(new(
                DeviceLimits.LiveData,
                description.Where(index),
                Text($"out_offset 0x{layers[index].OutputOffset:x4} makes it write {both.Count} words of {what}, the first at {Place(both.First)}"),
                "Choose another out_offset, or other output processors."));
        }
    }

    private static string Name(int source) => source < 0 ? "the network input" : Text($"the output of layer {source}");

    private static string Place(int word) => Text($"byte 0x{word % MemoryMap.InstanceWords * 4:x4} of data memory instance {word / MemoryMap.InstanceWords}");

    private static WordSet InputWords(LayerPlacement layer)
    {
        WordSet words = new();
        if (layer.Source != InputPath.Memory) return words;
        int pixels = layer.Layer.Input.Pixels;
        int count = layer.Format == DataFormat.Chw ? (pixels + 3) / 4 : pixels * layer.InputPasses.Count * layer.Layer.Operands;
        foreach (int instance in Instances(layer.InputMap)) words.Add(instance * MemoryMap.InstanceWords + layer.InputOffset / 4, count);
        return words;
    }

    /// <summary>The words through which a streaming layer's input passes.</summary>
    private static WordSet RingWords(LayerPlacement layer)
    {
        WordSet words = new();
        foreach (int instance in Instances(layer.InputMap)) words.Add(instance * MemoryMap.InstanceWords + layer.InputOffset / 4, layer.Stream!.Rollover);
        return words;
    }

    private static WordSet OutputWords(LayerPlacement layer)
    {
        WordSet words = new();
        int first = layer.OutputOffset / 4 - layer.Hardware.SurplusPixels * layer.PixelStep, width = layer.Layer.OutputWidth / 8;
        foreach (int instance in Instances(layer.OutputMap))
        {
            for (int unit = 0; unit < layer.Hardware.OutputPixels * layer.OutputPasses.Count; unit++)
            {
                words.Add(instance * MemoryMap.InstanceWords + first + unit * width * (layer.WriteGap + 1), width);
            }
        }

        return words;
    }

    private static IEnumerable<int> Instances(ProcessorMap map) => map.Processors().Select(p => p / MemoryMap.ProcessorsPerInstance).Distinct();

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
