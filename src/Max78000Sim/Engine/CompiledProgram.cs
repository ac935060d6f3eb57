// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device.Registers;
using Ai8x.Max78000Sim.Bus;
using Ai8x.Max78000Sim.Memories;
using Ai8x.Max78000Sim.Timing;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>
/// The loaded program in the form that is run: derived once from registers, kernels and biases, then used for every image. Data words only enter through the
/// question whether they were written at all.
/// </summary>
internal sealed class CompiledProgram
{
    private readonly CompiledLayer[] _layers;
    private readonly (int Word, ushort Bits)[] _taken;
    private readonly (int Word, WordState State)[] _final;

    public CompiledProgram(RegisterFile registers, KernelMemory kernels, BiasMemory biases, DataMemory data, bool strict)
    {
        int last = registers.Field(GlobalRegisters.LayerCount, "lcnt", 0);
        var tracker = new HazardTracker(data.States, strict);
        var layers = new List<CompiledLayer>();
        for (int index = 0; index <= last; index++)
        {
            LayerConfiguration configuration = new LayerDecoder(registers, index).Decode();
            QuadrantRules.Check(registers, configuration);
            InputPlan input = InputPlanner.Plan(configuration);
            ConvolutionPlan? convolution = configuration.PassThrough ? null : new ConvolutionPlanner(configuration, kernels, biases).Plan(input);
            var layer = new CompiledLayer(configuration, input, convolution, OutputPlanner.Plan(configuration));
            tracker.Follow(layer);
            layers.Add(layer);
        }

        _layers = [.. layers];
        _taken = [.. tracker.Taken.Select(t => (t.Key, t.Value))];
        _final = [.. tracker.Final()];
        ImmutableArray<LayerReport> reports = [.. _layers.Select(l => new LayerReport(l.Configuration.Index, l.Timeline, false))];
        Report = new InferenceReport(reports, InferenceTimeline.Sequential(_layers.Select(l => l.Timeline)));
    }

    public InferenceReport Report { get; }

    /// <summary>True if the words that the layers take from the host are known as they were when the program was derived.</summary>
    public bool StillHolds(WordState[] states)
    {
        foreach ((int word, ushort bits) in _taken)
        {
            if (states[word].Bits != bits)
                return false;
        }

        return true;
    }

    /// <summary>Runs all layers, one after the other.</summary>
    public ImmutableArray<LayerSnapshot> Run(DataMemory data, bool takeSnapshots, ConvolutionPath path, CancellationToken cancellation)
    {
        ImmutableArray<LayerSnapshot>.Builder snapshots = ImmutableArray.CreateBuilder<LayerSnapshot>();
        foreach (CompiledLayer layer in _layers)
        {
            cancellation.ThrowIfCancellationRequested();
            layer.Run(data.Bytes, path);
            if (takeSnapshots)
                snapshots.Add(layer.TakeSnapshot(data.Bytes));
        }

        foreach ((int word, WordState state) in _final)
            data.States[word] = state;
        return snapshots.DrainToImmutable();
    }
}
