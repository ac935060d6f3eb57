// SPDX-License-Identifier: MIT
using Ai8x.Tensors;
using BenchmarkDotNet.Attributes;

namespace Ai8x.Bench.Kernels;

/// <summary>Every distinct layer of the six models with its chain and pooling, one block of sixteen images on one thread: the kernels that pool in registers and those of pairs are measured here.</summary>
public class LayerBenchmarks
{
    private LayerParts? _parts;

    public static IEnumerable<LayerCase> Cases => LayerCase.All;

    public static IEnumerable<VectorWidth> Widths => [VectorWidths.Widest];

    [ParamsSource(nameof(Cases))]
    public LayerCase Case { get; set; } = LayerCase.All[0];

    [ParamsSource(nameof(Widths))]
    public VectorWidth Width { get; set; } = VectorWidths.Widest;

    /// <summary>Operations of a call whose taps lie inside the image, gradients of zero counted.</summary>
    internal static double Flops(LayerCase layer, string benchmark)
    {
        var parts = new LayerParts(VectorWidth.Scalar, layer.Shape, layer.Pools, layer.IsFirst);
        return parts.Flops * (benchmark == nameof(Backward) ? parts.BackwardPasses : 1);
    }

    [GlobalSetup]
    public void Setup()
    {
        _parts = new LayerParts(Width, Case.Shape, Case.Pools, Case.IsFirst);
        // The masks that the backward pass reads.
        _parts.ForwardInTraining();
    }

    [Benchmark]
    public void ForwardInTraining() => _parts!.ForwardInTraining();

    [Benchmark]
    public void ForwardInInference() => _parts!.ForwardInInference();

    [Benchmark]
    public void Backward() => _parts!.Backward();
}
