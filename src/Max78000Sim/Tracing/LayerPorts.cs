// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device.Registers;
using Ai8x.Max78000Sim.Engine;
using Ai8x.Max78000Sim.Memories;
using Ai8x.Max78000Sim.Timing;

namespace Ai8x.Max78000Sim.Tracing;

/// <summary>What processors and data memory ports do in each state of one layer, from its registers alone (machine.md sections 11.3, 11.5 and 11.6).</summary>
internal sealed class LayerPorts
{
    private const int LanesPerWord = 4;
    private const int PointerMask = MemoryMap.InstanceWords - 1;

    private readonly LayerConfiguration _layer;
    private readonly LayerConfiguration? _next;
    private readonly ulong _multiplying;

    /// <summary>Takes a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="next">The layer behind it, whose ring it fills if that one streams; null for the last one.</param>
    public LayerPorts(LayerConfiguration layer, LayerConfiguration? next)
    {
        _layer = layer;
        _next = next;
        foreach (QuadrantConfiguration quadrant in layer.Quadrants)
        {
            Processors |= (ulong)(uint)quadrant.Processors << (quadrant.Quadrant * MemoryMap.ProcessorsPerQuadrant);
            if (quadrant.Summed)
                _multiplying |= (ulong)(uint)(quadrant.Processors & quadrant.KernelProcessors) << (quadrant.Quadrant * MemoryMap.ProcessorsPerQuadrant);
        }
    }

    /// <summary>Hardware layer.</summary>
    public int Layer => _layer.Index;

    /// <summary>Enabled processors.</summary>
    public ulong Processors { get; }

    /// <summary>The activity in one state.</summary>
    public CycleActivity At(long cycle, SequencerMoment moment) => moment.State switch
    {
        SequencerState.Read => new CycleActivity(cycle, Layer, moment, Processors, -1, Reads(moment)),
        SequencerState.TramWrite => new CycleActivity(cycle, Layer, moment, Processors, -1, []),
        SequencerState.Output when _layer.PassThrough => new CycleActivity(cycle, Layer, moment, Processors, -1, PassedThrough(moment)),
        SequencerState.Output => new CycleActivity(cycle, Layer, moment, _multiplying, KernelWord(moment), Results(moment)),
        _ => new CycleActivity(cycle, Layer, moment, 0, -1, []),
    };

    private ImmutableArray<DataPortAccess> Reads(SequencerMoment moment)
    {
        int row = moment.Row - _layer.PadRows, column = moment.Column - _layer.PadColumns;
        if (_layer.Transposed)
        {
            // The zeros between the values are not in memory.
            if (((row | column) & 1) != 0)
                return [];
            (row, column) = (row / 2, column / 2);
        }

        int poolColumns = _layer.PoolEnabled ? _layer.PoolColumns : 1;
        int pixel = (row * _layer.Stride + moment.Element / poolColumns) * _layer.Columns + column * _layer.Stride + moment.Element % poolColumns;
        int offset = _layer.ChannelFirst ? pixel / LanesPerWord : (pixel * _layer.Passes + Pass(moment)) * _layer.Operands + moment.Operand;

        // Words of a FIFO do not come out of data memory; the ring of a streaming layer begins again where it ends.
        if (_layer.Source != InputSource.Memory)
            return [];
        if (_layer.CircularWords > 0)
            offset %= _layer.CircularWords;
        var accesses = ImmutableArray.CreateBuilder<DataPortAccess>();
        for (int instance = 0; instance < MemoryMap.DataInstances; instance++)
        {
            if ((Processors >> (instance * MemoryMap.ProcessorsPerInstance) & 0xf) == 0)
                continue;
            int pointer = _layer.Quadrants[instance / MemoryMap.InstancesPerQuadrant].ReadPointer;
            accesses.Add(new DataPortAccess(instance, false, DataMemory.AddressOf(instance * MemoryMap.InstanceWords + (pointer + offset & PointerMask))));
        }

        return accesses.DrainToImmutable();
    }

    /// <summary>A pooling pass-through layer has a state between each two passes, which repeats the one before.</summary>
    private int Pass(SequencerMoment moment) => _layer is { PassThrough: true, PoolEnabled: true } ? moment.Pass / 2 : moment.Pass;

    private int KernelWord(SequencerMoment moment)
    {
        int kernel = moment.Slot * _layer.Passes + moment.Pass;
        return (_layer.GridStart + _layer.KernelTaps * (kernel * _layer.WeightBits / 8)) / MemoryMap.KernelWordBytes;
    }

    /// <summary>The result of the last pass is written: 32 bits for each slot, or one word for four slots with the last of them.</summary>
    private ImmutableArray<DataPortAccess> Results(SequencerMoment moment)
    {
        if (moment.Pass != _layer.Passes - 1)
            return [];
        int expansion = moment.Slot / _layer.SlotsPerExpansion, slot = moment.Slot % _layer.SlotsPerExpansion;
        bool last = slot % LanesPerWord == LanesPerWord - 1 || slot == _layer.SlotsPerExpansion - 1 || moment.Slot == _layer.Slots - 1;
        if (!_layer.Wide && !last)
            return [];
        int pixel = (moment.Row - _layer.KernelRows + 1) * _layer.OutputColumns + moment.Column - _layer.KernelColumns + 1;
        QuadrantConfiguration lead = _layer.Quadrants[0];
        int word = lead.WritePointer + slot / LanesPerWord * _layer.MaskOffset + expansion * _layer.ChannelOffset
            + (_layer.Wide ? LanesPerWord * pixel * lead.Increment + slot % LanesPerWord : pixel * lead.Increment);
        return [Write(word)];
    }

    private ImmutableArray<DataPortAccess> PassedThrough(SequencerMoment moment)
    {
        if (_layer.PoolEnabled && moment.Pass % 2 != 0)
            return [];
        int index = (moment.Row * _layer.OutputColumns + moment.Column) * _layer.Passes + Pass(moment);
        return
        [
            .. _layer.Quadrants.Where(q => int.PopCount(q.Processors) > moment.Slot * LanesPerWord)
                .Select(q => Write(q.WritePointer + moment.Slot * q.TimeSlotOffset + index * q.Increment)),
        ];
    }

    private DataPortAccess Write(int word)
    {
        int instance = word / MemoryMap.InstanceWords % MemoryMap.DataInstances, inside = word & PointerMask;
        if (_next is { CircularWords: > 0 })
        {
            int pointer = _next.Quadrants[instance / MemoryMap.InstancesPerQuadrant].ReadPointer;
            if (inside >= pointer)
                inside = pointer + (inside - pointer) % _next.CircularWords;
        }

        return new DataPortAccess(instance, true, DataMemory.AddressOf(instance * MemoryMap.InstanceWords + inside));
    }
}
