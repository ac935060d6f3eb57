// SPDX-License-Identifier: MIT
using Ai8x.Max78000Sim.Memories;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>
/// Follows what is known about every data word through the layers, once for a program: what the layers take from the host, which results depend on something
/// that nobody wrote or loaded, and what each word holds at the end.
/// </summary>
internal sealed class HazardTracker(WordState[] start, bool strict)
{
    private const int Lanes = 4;

    private readonly WordState[] _states = (WordState[])start.Clone();
    private readonly bool[] _writtenHere = new bool[start.Length];
    private readonly sbyte[] _lastWriter = new sbyte[start.Length];
    private readonly Dictionary<int, ushort> _taken = [];

    /// <summary>Words that the layers take as they were at the start, with their state then.</summary>
    public IReadOnlyDictionary<int, ushort> Taken => _taken;

    /// <summary>States at the end of all words that the program writes.</summary>
    public IEnumerable<(int Word, WordState State)> Final()
    {
        for (int word = 0; word < _states.Length; word++)
        {
            if (_writtenHere[word])
                yield return (word, _states[word]);
        }
    }

    /// <summary>Takes a layer into account: all reads, then all writes.</summary>
    public void Follow(CompiledLayer layer)
    {
        FaultCause?[]? image = ReadAll(layer);
        FaultCause?[] slots = SlotCauses(layer);
        foreach ((int word, int pixel, int firstSlot, int count) in layer.Output.Words())
        {
            CheckOnce(layer, word);
            _writtenHere[word] = true;
            FaultCause? cause = null;
            int defined = 0, broken = 0;
            for (int lane = 0; lane < (layer.Output.Wide ? Lanes : count); lane++)
            {
                int slot = layer.Output.Wide ? firstSlot : firstSlot + lane;
                FaultCause? problem = slots[slot] ?? (image is null ? null : PixelCause(layer, image, pixel, slot));
                cause ??= problem;
                if (problem is not null)
                    broken |= 1 << lane;
                else if (layer.Convolution is null || !layer.Convolution.IsDummy[slot])
                    defined |= 1 << lane;
            }

            _states[word] = WordState.FromLayer(defined, broken, cause);
        }
    }

    private void CheckOnce(CompiledLayer layer, int word)
    {
        int index = layer.Configuration.Index;
        if (_lastWriter[word] == index + 1)
        {
            throw new SimulationException(
                SimulationFault.DataWrittenTwice, "two outputs of the layer go to the same data word", new FaultContext(DataMemory.AddressOf(word), Layer: index));
        }

        _lastWriter[word] = (sbyte)(index + 1);
    }

    /// <summary>For each output slot why all of its values are broken, or null.</summary>
    private FaultCause?[] SlotCauses(CompiledLayer layer)
    {
        var causes = new FaultCause?[layer.Slots];
        for (int slot = 0; slot < causes.Length && strict && layer.Convolution is ConvolutionPlan plan; slot++)
        {
            if (!plan.IsDummy[slot] && plan.Missing[slot] is MissingPiece missing)
                causes[slot] = MissingPieces.Cause(missing, layer.Configuration.Index, slot);
        }

        return causes;
    }

    /// <summary>Why single values of the layer's image are broken, in the order of the image; null if none is.</summary>
    private FaultCause?[]? ReadAll(CompiledLayer layer)
    {
        InputPlan input = layer.Input;
        FaultCause?[]? sources = null;
        int channels = input.Bases.Length;
        foreach (int pixel in input.SourcePixels())
        {
            for (int channel = 0; channel < channels; channel++)
            {
                for (int operand = 0; operand < layer.Configuration.Operands; operand++)
                {
                    int index = input.Bases[channel] + pixel * input.PixelStride + operand * InputPlan.OperandStride;
                    int word = index / Lanes;
                    if (!_writtenHere[word])
                        _taken[word] = _states[word].Bits;
                    if (!strict || _states[word].IsDefined(index % Lanes))
                        continue;
                    sources ??= new FaultCause?[layer.Configuration.Rows * layer.Configuration.Columns * channels];
                    sources[pixel * channels + channel] ??= Cause(layer, channel, word, index % Lanes);
                }
            }
        }

        return sources is null ? null : input.Spread(sources);
    }

    private FaultCause Cause(CompiledLayer layer, int channel, int word, int lane)
    {
        WordState state = _states[word];
        if (state.IsBroken(lane) && state.Cause is not null)
            return state.Cause;
        int processor = layer.Input.Channels[channel].Processor;
        var context = new FaultContext(DataMemory.AddressOf(word), Layer: layer.Configuration.Index);
        return state.Written
            ? new FaultCause(SimulationFault.DataUndefined, $"processor {processor} reads byte lane {lane} of a word to which no output channel belongs", context)
            : new FaultCause(
                SimulationFault.DataNeverWritten,
                $"processor {processor} reads a data word that neither the host nor an earlier layer wrote; check the read pointer, the input and the layer before",
                context);
    }

    /// <summary>Why one output value is broken: the first value under its window that is, and that a weight other than zero takes.</summary>
    private static FaultCause? PixelCause(CompiledLayer layer, FaultCause?[] image, int pixel, int slot)
    {
        int channels = layer.Input.Bases.Length;
        if (layer.Convolution is not ConvolutionPlan plan)
            return image[pixel * channels + slot];
        LayerConfiguration configuration = layer.Configuration;
        int first = (pixel / configuration.OutputColumns * layer.Input.Columns + pixel % configuration.OutputColumns) * channels;
        for (int ky = 0; ky < configuration.KernelRows; ky++)
        {
            for (int position = 0; position < configuration.KernelColumns * channels; position++)
            {
                if (image[first + ky * layer.Input.Columns * channels + position] is FaultCause cause && plan.GetWeight(slot, ky, position) != 0)
                    return cause;
            }
        }

        return null;
    }
}
