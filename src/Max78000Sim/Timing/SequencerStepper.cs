// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Timing;

/// <summary>
/// The state machine of latency.md section 4, cycle by cycle. It counts nothing ahead: <see cref="LayerTimeline"/> says the same from run lengths, and tests hold
/// the two against each other.
/// </summary>
internal static class SequencerStepper
{
    /// <summary>All cycles of a layer in order.</summary>
    public static IEnumerable<SequencerMoment> Step(LayerGeometry layer)
    {
        if (layer.ExtendedPasses)
            yield return new SequencerMoment(SequencerState.Start);
        for (long i = 0; i < layer.KernelReads; i++)
            yield return new SequencerMoment(SequencerState.KernelRead);
        int rows = layer.Rows + 2 * layer.PadRows, columns = layer.Columns + 2 * layer.PadColumns;
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                foreach (SequencerMoment moment in layer.PoolLast ? PixelCombinedFirst(layer, row, column) : Pixel(layer, row, column))
                    yield return moment with { Row = row, Column = column };
            }

            if (!layer.PassThrough && row >= layer.KernelRows - 1 && layer is { Slots: 1, Passes: 1 })
                yield return new SequencerMoment(SequencerState.Dummy, row, columns - 1);
        }
    }

    private static IEnumerable<SequencerMoment> Pixel(LayerGeometry layer, int row, int column)
    {
        bool padding = IsPadding(row, layer.PadRows, layer.Rows) || IsPadding(column, layer.PadColumns, layer.Columns);
        for (int pass = 0; pass < layer.Passes; pass++)
        {
            for (int operand = 0; operand < layer.Operands; operand++)
            {
                for (int element = 0; element < (padding ? 1 : layer.PoolRows * layer.PoolColumns); element++)
                    yield return new SequencerMoment(padding ? SequencerState.Pad : SequencerState.Read, Pass: pass, Operand: operand, Element: element);
                yield return new SequencerMoment(SequencerState.TramWrite, Pass: pass, Operand: operand);
            }
        }

        if (!Completes(layer, row, column))
            yield return new SequencerMoment(SequencerState.Idle);
        foreach (SequencerMoment moment in Outputs(layer, row, column))
            yield return moment;
    }

    /// <summary>
    /// A pixel of a layer that combines its operands and pools afterwards. Its data columns are visited once for each pass (latency.md section 3.3). A padding column
    /// before the data that completes a window takes one read state for all passes: that is what the formula says of kernels narrower than their padding.
    /// </summary>
    private static IEnumerable<SequencerMoment> PixelCombinedFirst(LayerGeometry layer, int row, int column)
    {
        bool paddedColumn = IsPadding(column, layer.PadColumns, layer.Columns);
        bool padding = paddedColumn || IsPadding(row, layer.PadRows, layer.Rows);
        bool shortened = column < layer.PadColumns && Completes(layer, row, column);
        for (int visit = 0; visit < (paddedColumn || layer.PassThrough ? 1 : layer.Passes); visit++)
        {
            for (int pass = 0; pass < layer.Passes; pass++)
            {
                for (int element = 0; !padding && element < layer.PoolRows * layer.PoolColumns; element++)
                {
                    for (int operand = 0; operand < layer.Operands; operand++)
                        yield return new SequencerMoment(SequencerState.Read, Pass: pass, Operand: operand, Element: element);
                }

                if (padding && !(shortened && pass > 0))
                    yield return new SequencerMoment(SequencerState.Pad, Pass: pass);
                yield return new SequencerMoment(SequencerState.TramWrite, Pass: pass);
            }

            if (!Completes(layer, row, column))
                yield return new SequencerMoment(SequencerState.Idle);
        }

        foreach (SequencerMoment moment in Outputs(layer, row, column))
            yield return moment;
    }

    private static IEnumerable<SequencerMoment> Outputs(LayerGeometry layer, int row, int column)
    {
        for (int pass = 0; Completes(layer, row, column) && pass < layer.Passes; pass++)
        {
            for (int slot = 0; slot < layer.Slots; slot++)
                yield return new SequencerMoment(SequencerState.Output, Pass: pass, Slot: slot);
        }
    }

    private static bool Completes(LayerGeometry layer, int row, int column) =>
        layer.PassThrough || (row >= layer.KernelRows - 1 && column >= layer.KernelColumns - 1);

    private static bool IsPadding(int position, int pad, int length) => position < pad || position >= pad + length;
}
