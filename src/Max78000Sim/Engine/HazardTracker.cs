// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using Ai8x.Max78000Sim.Memories;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>
/// Follows what is known about every data word through the layers, once for a program: what the layers take from the host, which results depend on something
/// that nobody wrote or loaded, and what each word holds at the end.
/// </summary>
internal sealed class HazardTracker
{
    private const int Lanes = 4;

    private readonly BufferLayout _buffers;
    private readonly WordState[] _start;
    private readonly WordState[] _states;
    private readonly Dictionary<int, FaultCause> _causes;
    private readonly bool[] _writtenHere;
    private readonly bool[] _taken;
    private readonly sbyte[] _lastWriter;
    private readonly OverwriteFinder _overwrites = new();

    public HazardTracker(DataMemory data, BufferLayout buffers)
    {
        _buffers = buffers;
        _start = data.States[..buffers.Words];
        _states = data.States[..buffers.Words];
        _causes = new Dictionary<int, FaultCause>(data.Causes);
        _writtenHere = new bool[buffers.Words];
        _taken = new bool[buffers.Words];
        _lastWriter = new sbyte[buffers.Words];
        foreach (BufferLayout.Area frame in buffers.Frames)
        {
            for (int i = 0; i < frame.Words; i++)
            {
                // The frame is complete whenever the layers run.
                _states[frame.First + i] = WordState.FromBus;
                _writtenHere[frame.First + i] = true;
            }
        }
    }

    /// <summary>Words that the layers take as they were at the start, with their state then.</summary>
    public StateRanges Taken => new(_taken, _start);

    /// <summary>States at the end of all physical words that the program writes, circular buffers included.</summary>
    public StateRanges Final()
    {
        foreach (int word in _buffers.CircularWords())
        {
            if (!_writtenHere[word])
                _states[word] = WordState.FromLayer(0, 0, 0);
            _writtenHere[word] = true;
        }

        return new StateRanges(_writtenHere.AsSpan(0, DataMemory.PhysicalWords), _states);
    }

    /// <summary>Causes at the end for all physical words with broken lanes that the program writes.</summary>
    public IEnumerable<KeyValuePair<int, FaultCause>> FinalCauses() =>
        _causes.Where(c => c.Key < DataMemory.PhysicalWords && _writtenHere[c.Key] && _states[c.Key].AnyBrokenOrEmpty);

    /// <summary>Takes a layer into account: all reads, then all writes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Follow(CompiledLayer layer, PixelSchedule schedule)
    {
        FaultCause?[]? image = ReadAll(layer, schedule);
        FaultCause?[] slots = SlotCauses(layer, schedule);
        OutputPlan output = layer.Output;
        foreach (OutputBlock block in output.Blocks)
        {
            int wordsAtOnce = output.Wide ? block.Count : 1;
            for (int i = 0; i < wordsAtOnce; i++)
            {
                (int firstSlot, int count) = output.Wide ? (block.FirstSlot + i, 1) : (block.FirstSlot, block.Count);
                WordOutcome everywhere = Outcome(layer, slots, null, 0, firstSlot, count);
                for (int pixel = 0, word = block.FirstWord + i; pixel < output.Pixels; pixel++, word += output.PixelStep)
                {
                    CheckWriter(layer, schedule, word, pixel);
                    _writtenHere[word] = true;
                    WordOutcome outcome = image is null ? everywhere : Outcome(layer, slots, image, pixel, firstSlot, count);
                    _states[word] = outcome.State;
                    if (outcome.Cause is not null)
                        _causes[word] = outcome.Cause;
                }
            }
        }
    }

    /// <summary>What a word holds after it was written.</summary>
    private readonly record struct WordOutcome(WordState State, FaultCause? Cause);

    private static WordOutcome Outcome(CompiledLayer layer, FaultCause?[] slots, FaultCause?[]? image, int pixel, int firstSlot, int count)
    {
        FaultCause? cause = null;
        int defined = 0, broken = 0, empty = 0;
        for (int lane = 0; lane < (layer.Output.Wide ? Lanes : count); lane++)
        {
            int slot = layer.Output.Wide ? firstSlot : firstSlot + lane;
            bool dummy = layer.Convolution?.IsDummy[slot] == true;
            FaultCause? problem = slots[slot] ?? (image is null || dummy ? null : PixelCause(layer, image, pixel, slot));
            cause ??= problem;
            if (problem is null)
                defined |= dummy ? 0 : 1 << lane;
            else if (dummy)
                empty |= 1 << lane;
            else
                broken |= 1 << lane;
        }

        return new WordOutcome(WordState.FromLayer(defined, broken, empty), cause);
    }

    private void CheckWriter(CompiledLayer layer, PixelSchedule schedule, int word, int pixel)
    {
        LayerConfiguration configuration = layer.Configuration;
        if (_lastWriter[word] == configuration.Index + 1)
        {
            throw new SimulationException(
                SimulationFault.DataWrittenTwice, "two outputs of the layer go to the same data word", At(layer, schedule, word, schedule.LastFetchBefore(pixel)));
        }

        _lastWriter[word] = (sbyte)(configuration.Index + 1);
        if (configuration.Streaming && word < DataMemory.PhysicalWords && _buffers.CircularAt(word) is BufferLayout.Area area)
        {
            throw new SimulationException(
                SimulationFault.DataOverwritten, $"the layer writes into the circular buffer of layer {area.Layer}, which runs at the same time",
                At(layer, schedule, word, schedule.LastFetchBefore(pixel)));
        }
    }

    private FaultContext At(CompiledLayer layer, PixelSchedule schedule, int word, int pooledPixel) =>
        new(_buffers.AddressOf(word), Layer: layer.Configuration.Index, Cycle: schedule.CycleOfFetch(pooledPixel));

    /// <summary>
    /// For each output slot why all of its values mean nothing, or null. Slots without kernels in front of or between others belong to no channel; behind all others they lack theirs.
    /// </summary>
    private static FaultCause?[] SlotCauses(CompiledLayer layer, PixelSchedule schedule)
    {
        var causes = new FaultCause?[layer.Slots];
        bool behind = true;
        for (int slot = causes.Length - 1; slot >= 0 && layer.Convolution is ConvolutionPlan plan; slot--)
        {
            behind &= plan.IsDummy[slot];
            if ((!plan.IsDummy[slot] || behind) && plan.Missing[slot] is MissingPiece missing)
                causes[slot] = MissingPieces.Cause(missing, layer.Configuration.Index, slot, schedule.FirstCycle);
        }

        return causes;
    }

    /// <summary>Why single values of the layer's image are broken, in the order of the image; null if none is.</summary>
    private FaultCause?[]? ReadAll(CompiledLayer layer, PixelSchedule schedule)
    {
        InputPlan input = layer.Input;
        int channels = input.Channels.Length, operands = layer.Configuration.Operands;
        FaultCause?[]? sources = null;
        FaultCause?[] Sources() => sources ??= new FaultCause?[layer.Configuration.Rows * layer.Configuration.Columns * channels];
        int[] pixels = input.SourcePixels();
        for (int first = 0, count; first < channels; first += count)
        {
            count = input.SharingWord(first, out int lanes);
            if (AllDefined(input, input.Channels[first].FirstByte / Lanes, lanes, pixels, operands))
                continue;
            foreach (int pixel in pixels)
            {
                for (int channel = first; channel < first + count; channel++)
                {
                    for (int operand = 0; operand < operands; operand++)
                    {
                        int index = input.Channels[channel].FirstByte + pixel * input.PixelStride + operand * InputPlan.OperandStride;
                        if (!_states[index / Lanes].IsDefined(index % Lanes))
                            Sources()[pixel * channels + channel] ??= Cause(layer, schedule, channel, pixel, index);
                    }
                }
            }
        }

        _overwrites.Find(layer, schedule, (pixel, channel, word) => Sources()[pixel * channels + channel] ??= new FaultCause(
            SimulationFault.DataOverwritten,
            $"the layer overwrites the word before processor {input.Channels[channel].Processor} has fetched it for the last time; move its output away from its input",
            At(layer, schedule, word, Pooled(layer.Configuration, pixel))));
        return sources is null ? null : input.Spread(sources);
    }

    /// <summary>Notes the words that some lanes of a layer's input are read from, and says whether all of these lanes mean something.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool AllDefined(InputPlan input, int firstWord, int lanes, int[] pixels, int operands)
    {
        bool defined = true;
        foreach (int pixel in pixels)
        {
            int word = firstWord + pixel * input.PixelStride / Lanes;
            for (int operand = 0; operand < operands; operand++, word++)
            {
                _taken[word] |= !_writtenHere[word];
                defined &= _states[word].AreDefined(lanes);
            }
        }

        return defined;
    }

    private FaultCause Cause(CompiledLayer layer, PixelSchedule schedule, int channel, int pixel, int index)
    {
        int word = index / Lanes, lane = index % Lanes;
        WordState state = _states[word];
        if (state.IsBroken(lane) && _causes.TryGetValue(word, out FaultCause? known))
            return known;
        int processor = layer.Input.Channels[channel].Processor;
        FaultContext context = At(layer, schedule, word, Pooled(layer.Configuration, pixel));
        return state.Written
            ? new FaultCause(SimulationFault.DataUndefined, $"processor {processor} reads byte lane {lane} of a word to which no output channel belongs", context)
            : new FaultCause(
                SimulationFault.DataNeverWritten,
                $"processor {processor} reads a data word that neither the host nor an earlier layer wrote; check the read pointer, the input and the layer before",
                context);
    }

    /// <summary>The pooled pixel with which a source pixel is fetched first.</summary>
    private static int Pooled(LayerConfiguration layer, int pixel)
    {
        static int First(int position, int window, int stride, int count) => Math.Min(Math.Max(0, (position - window + stride) / stride), count - 1);
        return First(pixel / layer.Columns, layer.WindowRows, layer.Stride, layer.PooledRows) * layer.PooledColumns
            + First(pixel % layer.Columns, layer.WindowColumns, layer.Stride, layer.PooledColumns);
    }

    /// <summary>Why one output value is broken: the first value under its window that is, and that a weight other than zero takes.</summary>
    private static FaultCause? PixelCause(CompiledLayer layer, FaultCause?[] image, int pixel, int slot)
    {
        int channels = layer.Input.Channels.Length;
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
