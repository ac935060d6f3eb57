// SPDX-License-Identifier: MIT
using Ai8x.Max78000Sim.Memories;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>
/// Finds input words that a layer overwrites before it has fetched them for the last time (machine.md section 11.8). What is fetched later is lost, although a layer that reads
/// everything before it writes anything would not notice.
/// </summary>
internal sealed class OverwriteFinder
{
    private int[] _written = [];

    /// <summary>Marks the source values of a layer that are fetched too late.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="schedule">When it fetches and writes.</param>
    /// <param name="lost">Told of each: source pixel, channel, word.</param>
    public void Find(CompiledLayer layer, PixelSchedule schedule, Action<int, int, int> lost)
    {
        if (!MayOverlap(layer))
            return;
        if (_written.Length == 0)
        {
            _written = new int[DataMemory.PhysicalWords];
            Array.Fill(_written, int.MaxValue);
        }

        foreach ((int word, int pixel, _, _) in layer.Output.Words())
        {
            if (word >= DataMemory.PhysicalWords)
                continue;
            _written[word] = schedule.LastFetchBefore(pixel);
        }

        foreach (int channel in Enumerable.Range(0, layer.Input.Channels.Length).Where(c => layer.Input.Channels[c].FirstByte / 4 < DataMemory.PhysicalWords))
            Follow(layer, channel, lost);
        foreach ((int word, _, _, _) in layer.Output.Words())
        {
            if (word < DataMemory.PhysicalWords)
                _written[word] = int.MaxValue;
        }
    }

    /// <summary>True if the words that the layer reads and those that it writes lie between each other in an instance.</summary>
    private static bool MayOverlap(CompiledLayer layer)
    {
        LayerConfiguration configuration = layer.Configuration;
        int read = (configuration.Rows * configuration.Columns - 1) * layer.Input.PixelStride / 4 + configuration.Operands;
        int written = (layer.Output.Pixels - 1) * layer.Output.PixelStep + OutputPlan.BlockSlots;
        foreach (int input in layer.Input.Channels.Select(c => c.FirstByte / 4).Distinct())
        {
            foreach (OutputBlock block in layer.Output.Blocks)
            {
                if (input < block.FirstWord + written && block.FirstWord < input + read)
                    return true;
            }
        }

        return false;
    }

    private void Follow(CompiledLayer layer, int channel, Action<int, int, int> lost)
    {
        LayerConfiguration configuration = layer.Configuration;
        InputPlan input = layer.Input;
        for (int pooled = 0; pooled < configuration.PooledRows * configuration.PooledColumns; pooled++)
        {
            int row = pooled / configuration.PooledColumns * configuration.Stride, column = pooled % configuration.PooledColumns * configuration.Stride;
            for (int w = 0; w < configuration.WindowRows * configuration.WindowColumns; w++)
            {
                int source = (row + w / configuration.WindowColumns) * configuration.Columns + column + w % configuration.WindowColumns;
                for (int operand = 0; operand < configuration.Operands; operand++)
                {
                    int word = (input.Channels[channel].FirstByte + source * input.PixelStride + operand * InputPlan.OperandStride) / 4;
                    if (_written[word] < pooled)
                        lost(source, channel, word);
                }
            }
        }
    }
}
