// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device.Registers;
using Ai8x.Max78000Sim.Bus;
using Ai8x.Max78000Sim.Memories;
using Ai8x.Max78000Sim.Timing;
using Ai8x.Max78000Sim.Tracing;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>
/// The loaded program in the form that is run: derived once from registers, kernels and biases, then used for every image. Data words only enter through the
/// question whether they were written at all.
/// </summary>
internal sealed class CompiledProgram
{
    private readonly CompiledLayer[] _layers;
    private readonly BufferLayout _buffers = new();
    private readonly StateRanges _taken;
    private readonly StateRanges _final;
    private readonly KeyValuePair<int, FaultCause>[] _causes;

    public CompiledProgram(RegisterFile registers, KernelMemory kernels, BiasMemory biases, DataMemory data, int fifoDepth = FifoFeed.AssumedDepth, int? lastLayer = null)
    {
        LayerConfiguration[] configurations = Decode(registers, lastLayer);

        // All inputs come first: they say which circular buffers the outputs go to.
        InputPlan[] inputs = [.. configurations.Select(c => new InputPlanner(c, _buffers).Plan())];
        _layers = [.. configurations.Select((c, i) => Compile(c, inputs[i], kernels, biases))];
        data.Reserve(_buffers.Words);
        ImmutableArray<LayerReport> reports =
        [
            .. _layers.Select((l, i) => new LayerReport(new LayerPorts(l.Configuration, configurations.ElementAtOrDefault(i + 1)), l.Timeline, l.Configuration.Streaming)),
        ];
        Frames = [.. _buffers.Frames];
        InferenceTimeline timeline = Interleave(configurations, fifoDepth);
        Report = new InferenceReport(reports, timeline);
        StreamRules.Check(configurations, timeline);

        var tracker = new HazardTracker(data, _buffers);
        for (int i = 0; i < _layers.Length; i++)
            tracker.Follow(_layers[i], new PixelSchedule(configurations[i], timeline, i));
        _taken = tracker.Taken;
        _final = tracker.Final();
        _causes = [.. tracker.FinalCauses()];
    }

    public InferenceReport Report { get; }

    public IReadOnlyList<CompiledLayer> Layers => _layers;

    /// <summary>The FIFO frames that the first layer takes, none if it reads from memory.</summary>
    public ImmutableArray<BufferLayout.Area> Frames { get; }

    /// <summary>True if the first layer starts with the first words of its frame, false if it waits for all of it.</summary>
    public bool Streams => _layers[0].Configuration.Streaming;

    /// <summary>Cycles that are left when the last input word is taken.</summary>
    public long CyclesBehindInput => Streams ? Report.Cycles - new PixelSchedule(_layers[0].Configuration, Report.Timeline, 0).CycleOfLastFetch : Report.Cycles;

    /// <summary>True if the words that the layers take from the host are known as they were when the program was derived.</summary>
    public bool StillHolds(DataMemory data) => _taken.Match(data.States);

    /// <summary>Makes room for the inputs of all layers. The program itself does not change when it runs, so that several accelerators may share it.</summary>
    public short[][] CreateImages() => [.. _layers.Select(l => l.Input.CreateImage())];

    /// <summary>Runs all layers, one after the other.</summary>
    public ImmutableArray<LayerSnapshot> Run(DataMemory data, short[][] images, bool takeSnapshots, ConvolutionPath path, CancellationToken cancellation)
    {
        data.Reserve(_buffers.Words);
        ImmutableArray<LayerSnapshot>.Builder snapshots = ImmutableArray.CreateBuilder<LayerSnapshot>();
        for (int i = 0; i < _layers.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            _layers[i].Run(data.Bytes, images[i], path);
            if (takeSnapshots)
                snapshots.Add(_layers[i].TakeSnapshot(data.Bytes, _buffers));
        }

        _final.Apply(data.States);
        foreach ((int word, FaultCause cause) in _causes)
            data.Causes[word] = cause;
        return snapshots.DrainToImmutable();
    }

    private static LayerConfiguration[] Decode(RegisterFile registers, int? lastLayer)
    {
        int last = registers.Field(GlobalRegisters.LayerCount, "lcnt", 0);
        last = Math.Min(last, lastLayer ?? last);
        var configurations = new LayerConfiguration[last + 1];
        for (int index = 0; index <= last; index++)
        {
            configurations[index] = new LayerDecoder(registers, index).Decode();
            QuadrantRules.Check(registers, configurations[index]);
        }

        return configurations;
    }

    /// <summary>Puts the layers in time: streaming ones go on in turn, as the frame comes in at the pace of a program that polls.</summary>
    private InferenceTimeline Interleave(LayerConfiguration[] configurations, int fifoDepth)
    {
        ImmutableArray<StreamControl> streams = [.. configurations.TakeWhile(c => c.Streaming).Select(c => c.Stream!)];
        const int BytesPerWord = 4;
        FifoFeed? feed = Frames.IsEmpty ? null : FifoFeed.Polled(Frames.Length, configurations[0].ChannelFirst ? BytesPerWord : 1) with { Depth = fifoDepth };
        return InferenceTimeline.Streaming(_layers.Select(l => l.Timeline), streams, feed);
    }

    private CompiledLayer Compile(LayerConfiguration configuration, InputPlan input, KernelMemory kernels, BiasMemory biases)
    {
        OutputPlan output = new OutputPlanner(configuration, _buffers).Plan();
        ConvolutionPlan? convolution = configuration.PassThrough ? null : new ConvolutionPlanner(configuration, kernels, biases).Plan(input, output);
        return new CompiledLayer(configuration, input, convolution, output);
    }
}
