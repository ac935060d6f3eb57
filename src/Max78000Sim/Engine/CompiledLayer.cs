// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Collections.Immutable;
using Ai8x.Max78000Sim.Timing;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>Everything about one layer that does not depend on data: where it reads, its kernels, where it writes, how long it takes.</summary>
internal sealed class CompiledLayer
{
    private readonly InputReader _reader;
    private readonly OutputStage _stage;

    public CompiledLayer(LayerConfiguration configuration, InputPlan input, ConvolutionPlan? convolution, OutputPlan output)
    {
        Configuration = configuration;
        Input = input;
        Convolution = convolution;
        Output = output;
        _reader = new InputReader(configuration, input);
        _stage = new OutputStage(configuration, output);
        Timeline = new LayerTimeline(SequencerGeometry.Of(configuration));
    }

    public LayerConfiguration Configuration { get; }

    public InputPlan Input { get; }

    /// <summary>Null for a pass-through layer.</summary>
    public ConvolutionPlan? Convolution { get; }

    public OutputPlan Output { get; }

    public LayerTimeline Timeline { get; }

    /// <summary>Output slots; for a pass-through layer its channels.</summary>
    public int Slots => Convolution?.Slots ?? Input.Channels.Length;

    /// <summary>Runs the layer.</summary>
    /// <param name="memory">Data memory and buffers.</param>
    /// <param name="image">Room for its input, from <see cref="InputPlan.CreateImage"/>.</param>
    /// <param name="path">Way to compute.</param>
    public unsafe void Run(byte[] memory, short[] image, ConvolutionPath path)
    {
        _reader.Fill(memory, image);
        if (Convolution is not null)
        {
            Engine.Convolution.Run(Convolution, image, _stage, memory, path);
            return;
        }

        fixed (short* source = image)
        fixed (byte* target = memory)
            _stage.StoreImage(source, Input.Channels.Length, target);
    }

    /// <summary>The results of the last run.</summary>
    public LayerSnapshot TakeSnapshot(byte[] memory, BufferLayout buffers)
    {
        int pixels = Output.Pixels;
        var values = new int[Slots * pixels];
        var slots = new OutputSlot[Slots];
        ImmutableArray<SnapshotWord>.Builder words = ImmutableArray.CreateBuilder<SnapshotWord>();
        foreach (OutputBlock block in Output.Blocks)
        {
            for (int i = 0; i < block.Count; i++)
                slots[block.FirstSlot + i] = new OutputSlot(block.FirstSlot + i, block.Expansion, block.Instance * OutputPlan.BlockSlots + i);
        }

        foreach ((int word, int pixel, int firstSlot, int count) in Output.Words())
        {
            uint value = BinaryPrimitives.ReadUInt32LittleEndian(memory.AsSpan(word * 4, 4));
            words.Add(new SnapshotWord(buffers.AddressOf(word), value));
            for (int lane = 0; lane < count; lane++)
                values[(firstSlot + lane) * pixels + pixel] = Output.Wide ? (int)value : (sbyte)(value >> (8 * lane));
        }

        return new LayerSnapshot(
            Configuration.Index, Configuration.OutputRows, Configuration.OutputColumns, Configuration.Wide, [.. slots], values, words.DrainToImmutable());
    }
}
