// SPDX-License-Identifier: MIT
using Ai8x.Max78000Sim.Memories;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>
/// Finds input words that a layer overwrites before it has fetched them for the last time (machine.md section 11.8). What is fetched later is lost, although a layer that reads
/// everything before it writes anything would not notice.
/// </summary>
internal sealed class OverwriteFinder
{
    private readonly int[] _written = new int[DataMemory.PhysicalWords];

    public OverwriteFinder() => Array.Fill(_written, int.MaxValue);

    /// <summary>Marks the source values of a layer that are fetched too late.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="schedule">When it fetches and writes.</param>
    /// <param name="lost">Told of each: source pixel, channel, word.</param>
    public void Find(CompiledLayer layer, PixelSchedule schedule, Action<int, int, int> lost)
    {
        bool any = false;
        foreach ((int word, int pixel, _, _) in layer.Output.Words())
        {
            if (word >= DataMemory.PhysicalWords)
                continue;
            _written[word] = schedule.LastFetchBefore(pixel);
            any = true;
        }

        if (!any)
            return;
        foreach (int channel in Enumerable.Range(0, layer.Input.Channels.Length).Where(c => layer.Input.Channels[c].FirstByte / 4 < DataMemory.PhysicalWords))
            Follow(layer, channel, lost);
        foreach ((int word, _, _, _) in layer.Output.Words())
        {
            if (word < DataMemory.PhysicalWords)
                _written[word] = int.MaxValue;
        }
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
