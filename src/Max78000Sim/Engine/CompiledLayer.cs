// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Collections.Immutable;
using Ai8x.Max78000Sim.Memories;
using Ai8x.Max78000Sim.Timing;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>Everything about one layer that does not depend on data: where it reads, its kernels, where it writes, how long it takes.</summary>
internal sealed class CompiledLayer
{
    private readonly int[] _values;

    public CompiledLayer(LayerConfiguration configuration, InputPlan input, ConvolutionPlan? convolution, OutputPlan output)
    {
        Configuration = configuration;
        Input = input;
        Convolution = convolution;
        Output = output;
        ValueStride = convolution?.PaddedSlots ?? input.Channels.Length;
        _values = new int[output.Pixels * ValueStride];
        Timeline = new LayerTimeline(SequencerGeometry.Of(configuration));
    }

    public LayerConfiguration Configuration { get; }

    public InputPlan Input { get; }

    /// <summary>Null for a pass-through layer.</summary>
    public ConvolutionPlan? Convolution { get; }

    public OutputPlan Output { get; }

    public LayerTimeline Timeline { get; }

    public int ValueStride { get; }

    /// <summary>Output slots; for a pass-through layer its channels.</summary>
    public int Slots => Convolution?.Slots ?? Input.Channels.Length;

    /// <summary>Runs the layer on the data memory.</summary>
    public void Run(byte[] memory, ConvolutionPath path)
    {
        Input.Fill(memory);
        if (Convolution is null)
        {
            for (int i = 0; i < _values.Length; i++)
                _values[i] = Input.Image[i];
        }
        else
        {
            Engine.Convolution.Run(Convolution, Input, Configuration.OutputRows, Configuration.OutputColumns, _values, path);
            if (!Configuration.Wide)
                Finish();
        }

        Output.Store(_values, ValueStride, memory);
    }

    /// <summary>The results of the last run.</summary>
    public LayerSnapshot TakeSnapshot(byte[] memory)
    {
        int pixels = Output.Pixels;
        var values = new int[Slots * pixels];
        var slots = new OutputSlot[Slots];
        foreach (OutputBlock block in Output.Blocks)
        {
            for (int i = 0; i < block.Count; i++)
            {
                int slot = block.FirstSlot + i;
                slots[slot] = new OutputSlot(slot, block.Expansion, block.FirstWord / Device.Registers.MemoryMap.InstanceWords * 4 + i);
                for (int pixel = 0; pixel < pixels; pixel++)
                    values[slot * pixels + pixel] = _values[pixel * ValueStride + slot];
            }
        }

        ImmutableArray<SnapshotWord> words =
        [
            .. Output.Words().Select(w => new SnapshotWord(
                DataMemory.AddressOf(w.Word), BinaryPrimitives.ReadUInt32LittleEndian(memory.AsSpan(w.Word * 4, 4)))),
        ];
        return new LayerSnapshot(
            Configuration.Index, Configuration.OutputRows, Configuration.OutputColumns, Configuration.Wide, [.. slots], values, words);
    }

    private void Finish()
    {
        int shift = Configuration.Shift;
        for (int i = 0; i < _values.Length; i++)
        {
            int value = Arithmetic.Scale(_values[i], shift);
            _values[i] = Configuration.Absolute ? Arithmetic.Absolute(value) : Configuration.Relu ? Arithmetic.Relu(value) : value;
        }
    }
}
