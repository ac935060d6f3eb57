// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.CodeGen.Placement;
using Ai8x.Device;
using Ai8x.Device.Registers;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Output;

/// <summary>Lays out input samples in data memory (machine.md sections 9.1 and 9.2).</summary>
/// <param name="placement">The placed network.</param>
public sealed class InputPacker(NetworkPlacement placement)
{
    private readonly LayerPlacement _first = placement.Layers[0];

    /// <summary>Packs one sample.</summary>
    /// <param name="sample">Input values, <c>[C, H, W]</c> row-major.</param>
    /// <returns>The words per destination, ascending.</returns>
    /// <exception cref="ArgumentException">The sample has another number of values than the network's input.</exception>
    public ImmutableArray<InputBlock> Pack(ReadOnlySpan<sbyte> sample)
    {
        FeatureShape input = placement.Network.Input;
        if (sample.Length != input.Count) throw new ArgumentException($"The sample has {sample.Length} values, the network's input {input} has {input.Count}.", nameof(sample));
        SortedDictionary<int, uint[]> blocks = [];
        bool chw = _first.Format == DataFormat.Chw;
        int channel = 0;
        foreach (int processor in _first.InputMap.Processors())
        {
            ReadOnlySpan<sbyte> values = sample.Slice(channel * input.Pixels, input.Pixels);
            if (chw) blocks.Add(processor, Consecutive(values));
            else Interleave(blocks, processor, values);
            channel++;
        }

        return [.. blocks.Select(block => new InputBlock(block.Key, DataMemory.Address(block.Key, _first.InputOffset), [.. block.Value]))];
    }

    /// <summary>Packs one sample as stores, the form in which further images reach a loaded accelerator.</summary>
    /// <param name="sample">Input values, <c>[C, H, W]</c> row-major.</param>
    /// <returns>One 32-bit store per word.</returns>
    /// <exception cref="ArgumentException">The sample has another number of values than the network's input.</exception>
    public ImmutableArray<BusWrite> ToBusWrites(ReadOnlySpan<sbyte> sample) =>
        [.. Pack(sample).SelectMany(block => block.Words.Select((word, i) => new BusWrite(block.Address + 4 * (uint)i, word)))];

    private static uint[] Consecutive(ReadOnlySpan<sbyte> values)
    {
        var words = new uint[(values.Length + 3) / 4];
        for (int i = 0; i < values.Length; i++) words[i / 4] |= (uint)(byte)values[i] << (8 * (i % 4));
        return words;
    }

    private static void Interleave(SortedDictionary<int, uint[]> blocks, int processor, ReadOnlySpan<sbyte> values)
    {
        int lane = processor % MemoryMap.ProcessorsPerInstance;
        if (!blocks.TryGetValue(processor - lane, out uint[]? words)) blocks.Add(processor - lane, words = new uint[values.Length]);
        for (int i = 0; i < values.Length; i++) words[i] |= (uint)(byte)values[i] << (8 * lane);
    }
}
