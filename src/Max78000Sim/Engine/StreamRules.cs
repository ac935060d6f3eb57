// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;
using Ai8x.Max78000Sim.Timing;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>The circular buffer between two streaming layers must hold what the second one reads, neither too early nor too late (machine.md sections 12.1 and 12.2).</summary>
internal static class StreamRules
{
    /// <summary>Values that the reference adds to every start; a start without them is early, but not too early.</summary>
    private const int Margin = 2;

    public static void Check(LayerConfiguration[] layers, InferenceTimeline timeline)
    {
        for (int i = 1; i < timeline.StreamingLayers; i++)
            CheckUnderrun(layers[i], StreamControl.Behind(timeline.Layers[i - 1].Layer, timeline.Layers[i].Layer));
        if (timeline.Hazard is not StreamHazard hazard)
            return;
        int layer = layers[hazard.Layer].Index;
        throw new SimulationException(
            SimulationFault.DataOverwritten,
            $"layer {layer - 1} writes so far ahead that it overwrites words of the circular buffer that this layer has still to read; make the buffer longer",
            new FaultContext(Register: LayerRegisters.FrameBuffer.Name, Field: "fbuf_max", Layer: layer, Cycle: hazard.Cycle));
    }

    /// <summary>A layer that starts or goes on with fewer values than its windows cover reads what was not written yet.</summary>
    private static void CheckUnderrun(LayerConfiguration layer, StreamControl least)
    {
        StreamControl given = layer.Stream!;
        if (given.Start < least.Start - Margin)
            throw Early(layer, LayerRegisters.StreamStart, "strm_isval", $"the layer starts after {given.Start} values, but its first window needs {least.Start - Margin}");
        if (given.ColumnDelta < least.ColumnDelta)
            throw Early(layer, LayerRegisters.StreamDelta, "strm_dsval1", $"the layer goes on after {given.ColumnDelta} values, but its next window in the row needs {least.ColumnDelta}");
        if (given.RowDelta < least.RowDelta)
            throw Early(layer, LayerRegisters.StreamDelta, "strm_dsval2", $"the layer begins a row after {given.RowDelta} values, but its first window needs {least.RowDelta}");
    }

    private static SimulationException Early(LayerConfiguration layer, RegisterDefinition register, string field, string message) =>
        new(SimulationFault.DataNeverWritten, message, new FaultContext(Register: register.Name, Field: field, Layer: layer.Index));
}
