// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.CodeGen.Placement;
using Ai8x.Device;
using Ai8x.Device.Registers;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Output;

/// <summary>Lays out input samples in data memory or for the FIFOs (machine.md section 9).</summary>
/// <param name="placement">The placed network.</param>
public sealed class InputPacker(NetworkPlacement placement)
{
    private readonly LayerPlacement _first = placement.Layers[0];

    /// <summary>Packs one sample.</summary>
    /// <param name="sample">Input values, <c>[C, H, W]</c> row-major; the operands of a first element-wise layer one behind the other.</param>
    /// <returns>The words per destination, ascending.</returns>
    /// <exception cref="ArgumentException">The sample has another number of values than the network's input.</exception>
    public ImmutableArray<InputBlock> Pack(ReadOnlySpan<sbyte> sample)
    {
        FeatureShape input = placement.Network.Input;
        if (sample.Length != input.Count) throw new ArgumentException($"The sample has {sample.Length} values, the network's input {input} has {input.Count}.", nameof(sample));
        int[] processors = [.. _first.InputMap.Processors()];
        int pixels = _first.Layer.Input.Pixels, skip = placement.Network.Description.Layers[0].InputChannelSkip;
        SortedDictionary<int, uint[]> blocks = [];
        for (int operand = 0; operand < _first.Layer.Operands; operand++)
        {
            for (int channel = 0; channel < _first.Layer.Input.Channels; channel++)
            {
                ReadOnlySpan<sbyte> values = sample.Slice((skip + operand * _first.Layer.Input.Channels + channel) * pixels, pixels);
                int processor = processors[channel % processors.Length], pass = channel / processors.Length;
                if (_first.Format == DataFormat.Chw) blocks.Add(Number(processor), Consecutive(values));
                else Interleave(blocks, processor, pass * _first.Layer.Operands + operand, values);
            }
        }

        return [.. blocks.Select(Block)];
    }

    /// <summary>Packs one sample as stores, the form in which further images reach a loaded accelerator.</summary>
    /// <param name="sample">Input values, <c>[C, H, W]</c> row-major.</param>
    /// <returns>One 32-bit store per word; the words of several FIFOs take turns.</returns>
    /// <exception cref="ArgumentException">The sample has another number of values than the network's input.</exception>
    public ImmutableArray<BusWrite> ToBusWrites(ReadOnlySpan<sbyte> sample)
    {
        ImmutableArray<InputBlock> blocks = Pack(sample);
        return _first.Source == InputPath.Memory
            ? [.. blocks.SelectMany(block => block.Words.Select((word, i) => new BusWrite(block.Address + 4 * (uint)i, word)))]
            : [.. Enumerable.Range(0, blocks[0].Words.Length).SelectMany(i => blocks.Select(block => new BusWrite(block.Address, block.Words[i])))];
    }

    /// <summary>The number of a processor's block: its own for CHW, that of the first of its group for HWC, its quadrant's for a FIFO.</summary>
    private int Number(int processor)
    {
        if (_first.Source != InputPath.Memory) return processor / MemoryMap.ProcessorsPerQuadrant;
        return _first.Format == DataFormat.Chw ? processor : processor - processor % MemoryMap.ProcessorsPerInstance;
    }

    private InputBlock Block(KeyValuePair<int, uint[]> block) => _first.Source switch
    {
        InputPath.Memory => new(block.Key, DataMemory.Address(block.Key, _first.InputOffset), [.. block.Value]),
        InputPath.Fifo => new(block.Key, MemoryMap.FifoData + 4 * (uint)block.Key, [.. block.Value], IsFifo: true),
        _ => new(block.Key, MemoryMap.FastFifoData, [.. block.Value], IsFifo: true),
    };

    private static uint[] Consecutive(ReadOnlySpan<sbyte> values)
    {
        var words = new uint[(values.Length + 3) / 4];
        for (int i = 0; i < values.Length; i++) words[i / 4] |= (uint)(byte)values[i] << (8 * (i % 4));
        return words;
    }

    private void Interleave(SortedDictionary<int, uint[]> blocks, int processor, int offset, ReadOnlySpan<sbyte> values)
    {
        int lane = processor % MemoryMap.ProcessorsPerInstance, number = Number(processor), step = _first.InputPasses.Count * _first.Layer.Operands;
        if (!blocks.TryGetValue(number, out uint[]? words)) blocks.Add(number, words = new uint[values.Length * step]);
        for (int i = 0; i < values.Length; i++) words[i * step + offset] |= (uint)(byte)values[i] << (8 * lane);
    }
}
