// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;

namespace Ai8x.CodeGen.Placement;

/// <summary>Which kernel bytes of which processors a layer fills, counted from its first word (machine.md sections 7.2 and 7.3).</summary>
internal sealed class KernelLayout
{
    private readonly LayerPlacement _layer;
    private readonly int[] _processors;
    private readonly int[] _slots;

    public KernelLayout(LayerPlacement layer)
    {
        _layer = layer;
        _processors = [.. layer.InputMap.Processors()];
        _slots = [.. Enumerable.Range(0, layer.Layer.Output.Channels).Select(layer.KernelSlot)];
        Words = Occupied();
    }

    /// <summary>Words that are filled, ascending. Leading dummies and gaps are left to other layers.</summary>
    public int[] Words { get; }

    /// <summary>All enabled processors with the words that each fills.</summary>
    public IEnumerable<(int Processor, int Word)> Places()
    {
        foreach (int processor in _processors)
        {
            foreach (int word in Words) yield return Place(processor, word);
        }
    }

    /// <summary>Writes all kernels.</summary>
    public void Write(KernelMemory memory)
    {
        foreach ((int processor, int word) in Places()) memory.Occupy(processor, _layer.KernelStart + word);
        for (int output = 0; output < _slots.Length; output++)
        {
            for (int rank = 0; rank < _processors.Length; rank++)
            {
                for (int pass = 0; pass < _layer.Passes; pass++) WriteKernel(memory, rank, output, pass);
            }
        }
    }

    private void WriteKernel(KernelMemory memory, int rank, int output, int pass)
    {
        int weights = FirstWeight(output, rank, pass);
        if (weights < 0) return;
        int size = _layer.KernelSize, bits = _layer.Layer.WeightBits, kernel = _slots[output] * _layer.Passes + pass;
        uint mask = (1u << bits) - 1;
        int position = size * (kernel * bits / 8) + size - 1;
        for (int tap = 0; tap < size; tap++)
        {
            (int word, int offset) = Math.DivRem(position - tap, MemoryMap.KernelWordBytes);
            (int processor, word) = Place(_processors[rank], word);
            memory.SetBits(processor, MemoryMap.KernelWordBytes * (_layer.KernelStart + word) + offset, kernel * bits % 8, (uint)_layer.Hardware.Weights[weights + tap] & mask);
        }
    }

    /// <summary>Index of a kernel's first weight, or -1 where the last pass has no channel for the processor.</summary>
    private int FirstWeight(int output, int rank, int pass)
    {
        int inputs = _layer.InputPasses.Count, channels = _layer.Layer.Pooled.Channels;
        (int pixel, int expansion) = Math.DivRem(pass, inputs);
        int channel = expansion * _layer.InputPasses.PerPass + rank;
        if (channel >= channels) return -1;
        int kernel = output * channels + channel;
        return _layer.Layer.Flatten ? kernel * _layer.Layer.Pooled.Pixels + pixel : kernel * _layer.KernelSize;
    }

    // The fast FIFO's fan-out deals the words to the same processor of all quadrants in turn.
    private (int Processor, int Word) Place(int processor, int word) => _layer.Fanout == 1
        ? (processor, word)
        : (processor + MemoryMap.ProcessorsPerQuadrant * (word % _layer.Fanout), word / _layer.Fanout);

    private int[] Occupied()
    {
        if (_slots.Length == 0) return [];
        SortedSet<int> words = [];
        long bits = (long)_layer.Passes * _layer.Layer.WeightBits;
        foreach (int slot in _slots.Distinct())
        {
            int first = _layer.KernelSize * (int)(slot * bits / 8) / MemoryMap.KernelWordBytes;
            int end = (_layer.KernelSize * (int)(((slot + 1) * bits + 7) / 8) + MemoryMap.KernelWordBytes - 1) / MemoryMap.KernelWordBytes;
            for (int word = first; word < end; word++) words.Add(word);
        }

        // Without gaps the layer also fills up what it reserves, and whole groups of packed kernels.
        if (!_layer.HasGaps)
        {
            int end = Math.Max(FilledWords(), _layer.LeadingDummies + _layer.KernelWords * _layer.Fanout);
            for (int word = words.Max + 1; word < end; word++) words.Add(word);
        }

        return [.. words];
    }

    private int FilledWords()
    {
        int packed = 8 / _layer.Layer.WeightBits, perExpansion = _layer.OutputPasses.PerPass + _layer.LeadingDummies;
        long bytes = _layer.Layer.Flatten
            ? (long)(_layer.Layer.Output.Channels + _layer.LeadingDummies + packed - 1) / packed * _layer.Passes + (packed == 1 ? _layer.OutputPasses.Count * _layer.OutputPasses.PerPass - _layer.Layer.Output.Channels : 0)
            : (long)(_layer.OutputPasses.Count * perExpansion + packed - 1) / packed * _layer.Passes * _layer.KernelSize;
        return (int)((bytes + MemoryMap.KernelWordBytes - 1) / MemoryMap.KernelWordBytes);
    }
}
