// SPDX-License-Identifier: MIT
using Ai8x.CodeGen.Placement;
using Ai8x.Device.Registers;

namespace Ai8x.CodeGen.Registers;

/// <summary>The registers of a layer that say when it starts and how it takes its input (machine.md section 12.1).</summary>
internal static class StreamRegisterValues
{
    private const string Rule = "12.1";

    /// <summary>Registers and values in the order of emission; those of circular buffer and input frame only where there is one.</summary>
    public static IEnumerable<RegisterValue> InOrder(LayerPlacement layer)
    {
        StreamPlacement? stream = layer.Stream;
        yield return new(LayerRegisters.StreamStart, RegisterWord.Of(LayerRegisters.StreamStart, ("strm_isval", stream?.Start ?? 0)), Rule);
        yield return new(
            LayerRegisters.StreamDelta,
            RegisterWord.Of(
                LayerRegisters.StreamDelta, ("strm_invol", stream?.InputVolume ?? 0), ("strm_dsval1", stream?.InRow ?? 0), ("strm_dsval2", stream?.RowCrossing ?? 0)),
            Rule);
        if (stream is { Rollover: > 0 }) yield return new(LayerRegisters.FrameBuffer, RegisterWord.Of(LayerRegisters.FrameBuffer, ("fbuf_max", stream.Rollover)), Rule);
        if (layer.Source != InputPath.Memory)
        {
            yield return new(GlobalRegisters.InputFrame, RegisterWord.Of(GlobalRegisters.InputFrame, ("ifrm_reg", StreamPlacer.FrameWords(layer))), Rule);
        }
    }
}
