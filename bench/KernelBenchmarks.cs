// SPDX-License-Identifier: MIT
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;
using BenchmarkDotNet.Attributes;

namespace Ai8x.Bench;

/// <summary>The kernels on one block of sixteen images, with layers of the MNIST model, on one thread.</summary>
public class KernelBenchmarks
{
    private static readonly ConvolutionShape First = new(1, 60, 28, 28, 3, 3, 1, 1);
    private static readonly ConvolutionShape Second = new(60, 60, 14, 14, 3, 3, 2, 2);
    private static readonly ConvolutionShape Third = new(60, 56, 8, 8, 3, 3, 1, 1);
    private static readonly PoolingShape Window = new(60, 28, 28, 2, 2, 2);
    private static readonly Activation Chain = Activation.Rectifier with { Low = -1, High = 1 };

    private readonly LaneMemory _large = new(60 * 28 * 28 * 16);
    private readonly LaneMemory _gradient = new(60 * 28 * 28 * 16);
    private readonly LaneMemory _small = new(60 * 16 * 16 * 16);
    private readonly LaneMemory _output = new(60 * 16 * 16 * 16);
    private readonly float[] _weights = new float[60 * 60 * 9];
    private readonly float[] _packed = new float[60 * 60 * 9];
    private readonly ushort[] _masks = new ushort[60 * 28 * 28];

    /// <summary>Widths of this machine.</summary>
    public static IEnumerable<VectorWidth> Widths => Enum.GetValues<VectorWidth>().Where(VectorWidths.IsSupported);

    /// <summary>Vector width of the kernels.</summary>
    [ParamsSource(nameof(Widths))]
    public VectorWidth Width { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        new CounterRandom(1, RandomPurpose.Selection).Fill(0, 0, 0, _weights);
        foreach (LaneMemory memory in new[] { _large, _gradient, _small, _output }) new CounterRandom(1, RandomPurpose.Selection).Fill(1, 0, 0, memory.All);
        ConvolutionKernel.Pack(Width, Second, _weights, _packed);
    }

    [Benchmark]
    public void Forward_1_60_28x28() => ConvolutionKernel.Forward(Width, First, _small.All, _packed, [], 16, _large.All);

    [Benchmark]
    public void Forward_60_60_16x16() => ConvolutionKernel.Forward(Width, Second, _small.All, _packed, [], 16, _output.All);

    [Benchmark]
    public void Forward_60_56_8x8() => ConvolutionKernel.Forward(Width, Third, _small.All, _packed, [], 16, _output.All);

    [Benchmark]
    public void InputGradient_60_60_16x16() => ConvolutionKernel.Forward(Width, Second.InputGradient, _small.All, _packed, [], 16, _output.All);

    [Benchmark]
    public void WeightGradient_1_60_28x28() => WeightGradientKernel.Run(Width, First, _small.All, _large.All, 16, _weights);

    [Benchmark]
    public void WeightGradient_60_60_16x16() => WeightGradientKernel.Run(Width, Second, _small.All, _output.All, 16, _weights);

    [Benchmark]
    public void WeightGradient_60_56_8x8() => WeightGradientKernel.Run(Width, Third, _small.All, _output.All, 16, _weights);

    [Benchmark]
    public void MaximumPool() => MaximumPoolKernel.Forward(Width, Window, _large.All, 16, _small.All);

    [Benchmark]
    public void MaximumPoolGradient() => MaximumPoolKernel.Backward(Width, Window, _large.All, _small.All, _output.All, 16, _gradient.All);

    [Benchmark]
    public void ActivationForward() => ActivationKernel.Forward(Width, Chain, _large.All, 60 * 28 * 28, 16, _large.All, _masks);

    [Benchmark]
    public void ActivationGradient() => ActivationKernel.Backward(Width, 1, _gradient.All, _masks, 60 * 28 * 28, 16, _gradient.All);
}
