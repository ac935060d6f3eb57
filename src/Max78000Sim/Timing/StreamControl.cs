// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Timing;

/// <summary>When a streaming layer may go on: its start, delta and buffer registers (machine.md sections 12.1 and 12.2).</summary>
/// <param name="Start">STRM0: values that the row cache of the layer before must have received before this layer's first pixel.</param>
/// <param name="ColumnDelta">STRM1: further values for each next pixel of a row.</param>
/// <param name="RowDelta">STRM1: further values where a row begins.</param>
/// <param name="BufferWords">FBUF: words of the ring that the layer reads from; 0 for a whole frame.</param>
public sealed record StreamControl(int Start, int ColumnDelta, int RowDelta, int BufferWords)
{
    /// <summary>The values that machine.md section 12.1 gives a streaming layer behind another one.</summary>
    /// <param name="before">The layer before.</param>
    /// <param name="layer">The streaming layer.</param>
    public static StreamControl Behind(LayerGeometry before, LayerGeometry layer)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(layer);
        int width = before.Columns + 2 * before.PadColumns;
        int start = width * (before.KernelRows - 1 + layer.PoolRows - 1) + before.KernelColumns - 1 + layer.PoolColumns + 2;
        int needed = start + (layer.PoolRows - 1) * before.OutputColumns + Math.Max(layer.PoolStride, layer.PoolColumns);
        return new StreamControl(
            start, layer.PoolStride * layer.Operands, (layer.PoolStride - 1) * width + layer.PoolColumns * layer.Operands,
            (needed + layer.Passes - 1) / layer.Passes * layer.Passes);
    }
}
