// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.CodeGen.Placement;

/// <summary>Finds when the layers start that read from a FIFO or from a running layer (machine.md sections 5.5 and 12.1).</summary>
internal static class StreamPlacer
{
    private const int ChwRollover = 12;

    /// <summary>Entries of the row cache that a layer takes for each pass (machine.md section 5.5).</summary>
    public static int TransferEntries(HardwareLayer layer) => layer.Operator switch
    {
        LayerOperator.None => 1,
        LayerOperator.ConvTranspose2d => Math.Max(0, (layer.Pooled.Columns - 1) * 2 + 2 + 2 * layer.Padding.Columns - layer.Kernel.Columns) + 1,
        _ => Math.Max(0, layer.Pooled.Columns + 2 * layer.Padding.Columns - layer.Kernel.Columns) + 1,
    };

    /// <summary>Words of one FIFO that make an input frame.</summary>
    public static int FrameWords(LayerPlacement first) => first.Format == DataFormat.Chw ? (first.Layer.Input.Pixels + 3) / 4 : first.Layer.Input.Pixels;

    public static void Place(LayerPlacement[] layers, NetworkDescription description, SynthesisOptions options)
    {
        int volume = 0, entries = 0;
        for (int i = 0; i < layers.Length; i++)
        {
            LayerPlacement layer = layers[i];
            bool streams = description.Layers[i].Streaming;
            StreamPlacement? stream = i == 0 ? First(layer, streams, options) : streams ? Next(layers[i - 1], layer, options) : null;
            layers[i] = layer with { Stream = stream is null || i == 0 ? stream : stream with { InputVolume = volume, TransferStart = entries } };
            volume += layer.InputPasses.Count;
            entries += TransferEntries(layer.Hardware) * layer.InputPasses.Count;
        }
    }

    private static StreamPlacement? First(LayerPlacement layer, bool streams, SynthesisOptions options)
    {
        if (!options.UsesFifo) return streams ? new(true, 0, 0, 0, 0, 0, 0) : null;
        (int rows, int columns, int stride) = Window(layer);
        int width = layer.Hardware.Image.Columns;
        int start = options.OverrideStart ?? rows * (streams ? (rows - 1) * width + columns : FrameWords(layer));
        if (!streams) return new(false, start, options.OverrideDelta1 ?? 0, options.OverrideDelta2 ?? 0, 0, 0, 0);
        int rollover = options.OverrideRollover ?? (layer.Format == DataFormat.Chw ? ChwRollover : Rollover(layer, start));
        return new(true, start, options.OverrideDelta1 ?? stride - 1, options.OverrideDelta2 ?? (rows - 1) * width, 0, rollover, 0);
    }

    private static StreamPlacement Next(LayerPlacement before, LayerPlacement layer, SynthesisOptions options)
    {
        (int rows, int columns, int stride) = Window(layer);
        HardwareLayer source = before.Hardware;
        int row = source.Pooled.Columns + 2 * source.Padding.Columns, operands = layer.Layer.Operands;
        int start = row * (source.Kernel.Rows - 1 + rows - 1) + source.Kernel.Columns - 1 + columns + options.IncreaseStart;
        int inRow = stride * operands + options.IncreaseDelta1, crossing = (stride - 1) * row + columns * operands + options.IncreaseDelta2;
        return new(true, start, inRow, crossing, 0, options.UsesFifo ? Rollover(layer, start) : 0, 0);
    }

    private static int Rollover(LayerPlacement layer, int start)
    {
        (int rows, int columns, int stride) = Window(layer);
        int advance = layer.Hardware.Operator == LayerOperator.ConvTranspose2d ? 2 : 1, passes = layer.InputPasses.Count;
        int words = start + (rows - 1) * layer.Hardware.Image.Columns + Math.Max(advance, Math.Max(stride, columns));
        return (words + passes - 1) / passes * passes;
    }

    private static (int Rows, int Columns, int Stride) Window(LayerPlacement layer) =>
        layer.Layer.Pooling is { } pooling ? (pooling.Rows, pooling.Columns, pooling.Stride) : (1, 1, 1);
}
