// SPDX-License-Identifier: MIT
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;
using BenchmarkDotNet.Attributes;

namespace Ai8x.Bench.Kernels;

/// <summary>The kernels without multiplications to speak of, at the shapes of the MNIST and rock models: they live on memory bandwidth. One thread, one block.</summary>
public class ElementwiseBenchmarks
{
    private const int Lanes = LaneLayout.Lanes;
    private const int Channels = 60;
    private const int Pixels = 28 * 28;
    private const int ParameterCount = 71_158;
    private const int Classes = 10;
    private static readonly PoolingShape Window = new(Channels, 28, 28, 2, 2, 2);
    private static readonly SampleShape Dropped = new(32, 32, 30);
    private static readonly Activation Chain = Activation.Rectifier with { Low = -1, High = 1 };

    private static readonly Activation Clamp = Activation.Identity with { Low = -1, High = 1 };

    private readonly LaneMemory _large = new(Channels * Pixels * Lanes);
    private readonly LaneMemory _gradient = new(Channels * Pixels * Lanes);
    private readonly LaneMemory _small = new(Channels * Pixels * Lanes / 4);
    private readonly LaneMemory _output = new(Channels * Pixels * Lanes / 4);
    private readonly ushort[] _masks = new ushort[Channels * Pixels];
    private readonly sbyte[] _samples = new sbyte[Lanes * Pixels];
    private readonly double[] _sums = new double[Lanes];
    private readonly int[] _indices = [.. Enumerable.Range(0, Lanes)];
    private readonly float[][] _moments = [new float[ParameterCount], new float[ParameterCount], new float[ParameterCount], new float[ParameterCount]];

    private static readonly ConvolutionShape Filtered = new(60, 60, 16, 16, 3, 3, 1, 1);
    private static readonly ConvolutionShape Point = new(512, 128, 2, 2, 1, 1, 0, 0);
    private PackedConvolution _filtered = null!;
    private PackedConvolution _filteredGradient = null!;
    private PackedConvolution _point = null!;
    private PackedConvolution _pointGradient = null!;

    public static IEnumerable<VectorWidth> Widths => Enum.GetValues<VectorWidth>().Where(VectorWidths.IsAccelerated);

    [ParamsSource(nameof(Widths))]
    public VectorWidth Width { get; set; } = VectorWidths.Widest;

    [GlobalSetup]
    public void Setup()
    {
        foreach (LaneMemory memory in new[] { _large, _gradient, _small, _output }) new CounterRandom(1, RandomPurpose.Selection).Fill(1, 0, 0, memory.All);
        (_filtered, _filteredGradient) = (new(Width, Filtered), new(Width, Filtered.InputGradient));
        (_point, _pointGradient) = (new(Width, Point), new(Width, Point.InputGradient));
        new Random(1).NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(_samples.AsSpan()));
    }

    [Benchmark]
    public void LoadSamples() => LaneLayout.Scatter(_samples, Lanes, new(28, 28, 1), 128, _large.All);

    [Benchmark]
    public void MaximumPool() => MaximumPoolKernel.Forward(Width, Window, _large.All, Lanes, _small.All);

    [Benchmark]
    public void MaximumPoolGradient() => MaximumPoolKernel.Backward(Width, Window, _large.All, _small.All, _output.All, Lanes, _gradient.All);

    [Benchmark]
    public void RoutedPool() => RoutedPoolKernel.Forward(Width, Window, _large.All, Lanes, _small.All, _masks);

    [Benchmark]
    public void RoutedPoolGradient() => RoutedPoolKernel.Backward(Width, Window, 1, _output.All, _masks, Lanes, _gradient.All);

    [Benchmark]
    public void RectifiedPool() => RectifiedPoolKernel.Forward(Width, Window, Chain, _large.All, Lanes, _small.All, _masks);

    [Benchmark]
    public void AveragePool() => AveragePoolKernel.Forward(Width, Window, _large.All, Lanes, _small.All);

    [Benchmark]
    public void AveragePoolGradient() => AveragePoolKernel.Backward(Width, Window, _output.All, Lanes, _gradient.All);

    [Benchmark]
    public void ActivationForward() => ActivationKernel.Forward(Width, Chain, _large.All, Channels * Pixels, Lanes, _large.All, _masks);

    [Benchmark]
    public void ActivationGradient() => ActivationKernel.Backward(Width, 1, _gradient.All, _masks, Channels * Pixels, Lanes, _gradient.All);

    [Benchmark]
    public void DropoutMasks() => DropoutKernel.Draw(Width, new CounterRandom(1, RandomPurpose.Dropout), 2, 1, _indices, Dropped, 0.2f, _masks);

    [Benchmark]
    public void ActivityPenaltyGradient() => PenaltyKernel.Backward(Width, Pixels * Channels, 1e-6f, _large.All, Lanes, accumulate: true, _gradient.All);

    [Benchmark]
    public void PenalizedChain() => PenalizedChainKernel.Forward(Width, Clamp, Channels, Pixels, _large.All, Lanes, _gradient.All, _masks, _sums);

    [Benchmark]
    public void PenalizedChainGradient() => PenalizedChainKernel.Backward(Width, 1, 1e-6f, rectified: true, _large.All, _gradient.All, _masks, Pixels * Channels, Lanes, _gradient.All);

    /// <summary>60→60 at 16x16, 3x3.</summary>
    [Benchmark]
    public void PackFiltered() => _filtered.Pack(_large.All[..Filtered.WeightCount]);

    [Benchmark]
    public void PackFilteredTurned() => _filteredGradient.PackTurned(_large.All[..Filtered.WeightCount]);

    /// <summary>512→128, one tap.</summary>
    [Benchmark]
    public void PackPoint() => _point.Pack(_large.All[..Point.WeightCount]);

    [Benchmark]
    public void PackPointTurned() => _pointGradient.PackTurned(_large.All[..Point.WeightCount]);

    [Benchmark]
    public void Sgd() => SgdKernel.Run(Width, _moments[0], _moments[1], _moments[2], 0.001f, 0.9f);

    [Benchmark]
    public void Adam() => AdamKernel.Run(Width, _moments[0], _moments[1], _moments[2], _moments[3], 0.001f, 0.1f, 0.001f, 1e-7f);

    [Benchmark]
    public float Loss()
    {
        float sum = 0;
        for (int lane = 0; lane < Lanes; lane++)
        {
            sum += SoftmaxCrossEntropy.Forward(_small.All, Classes, lane, lane % Classes).Loss;
            SoftmaxCrossEntropy.Backward(_small.All, Classes, lane, lane % Classes, Lanes, _output.All);
        }

        return sum;
    }
}
