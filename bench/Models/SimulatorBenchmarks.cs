// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device;
using Ai8x.Max78000Sim;
using Ai8x.Max78000Sim.Projects;
using BenchmarkDotNet.Attributes;

namespace Ai8x.Bench.Models;

/// <summary>The simulator on the published models, with all of its checks: one image on a warm session, and a batch of a hundred from loading to results.</summary>
public class SimulatorBenchmarks
{
    private LoadedProject? _project;
    private ImmutableArray<BusWrite>[] _images = [];
    private SimulationSession? _session;

    public static IEnumerable<string> Names => SimulatedModel.Names;

    [ParamsSource(nameof(Names))]
    public string Model { get; set; } = "mnist";

    [GlobalSetup]
    public void Setup()
    {
        _project = SimulatedModel.Load(Model);
        _images = SimulatedModel.Images(_project);
        _session = new SimulationSession(_project);
        _session.RunSample();
    }

    [Benchmark]
    public InferenceReport WarmInference() => _session!.Run(_images[0].AsSpan());

    [Benchmark(OperationsPerInvoke = 100)]
    [Arguments(1)]
    [Arguments(2)]
    public int Batch(int threads) => SimulationBatch.Run(_project!, _images, threads).Length;
}
