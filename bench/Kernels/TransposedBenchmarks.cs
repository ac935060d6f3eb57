// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;
using BenchmarkDotNet.Attributes;

namespace Ai8x.Bench.Kernels;

/// <summary>A transposed convolution of stride 2, at sizes of small decoders; the six models have none.</summary>
public sealed record TransposedCase(int Inputs, int Outputs, int Side)
{
    /// <summary>The sizes.</summary>
    public static ImmutableArray<TransposedCase> All { get; } = [new(64, 32, 7), new(32, 16, 14), new(16, 8, 32), new(16, 8, 30)];

    /// <summary>Operations of one pass over a block of sixteen images, without those of taps outside.</summary>
    internal double Flops => 2.0 * Inputs * Outputs * Inside * Inside * LaneLayout.Lanes;

    internal TransposedShape Shape => new(Inputs, Outputs, Side, Side, 1);

    /// <summary>Pairs of a row and a tap whose target lies inside.</summary>
    private int Inside => Enumerable.Range(0, Side).Sum(row => Enumerable.Range(Shape.FirstTarget(row), TransposedShape.Kernel).Count(target => target >= 0 && target < Shape.OutputHeight));

    public override string ToString() => $"{Inputs}→{Outputs} {Side}x{Side}";
}

/// <summary>Forward pass, input gradient and weight gradient of transposed convolutions. One thread, one block of sixteen images.</summary>
public class TransposedBenchmarks
{
    private const int Lanes = LaneLayout.Lanes;
    private TransposedShape _shape;
    private LaneMemory _x = new(0);
    private LaneMemory _y = new(0);
    private float[] _weights = [];
    private float[] _turned = [];
    private TapConvolution? _forward;
    private TapConvolution? _inputGradient;
    private float[] _gradient = [];

    public static IEnumerable<TransposedCase> Cases => TransposedCase.All;

    public static IEnumerable<VectorWidth> Widths => Enum.GetValues<VectorWidth>().Where(VectorWidths.IsAccelerated);

    [ParamsSource(nameof(Cases))]
    public TransposedCase Case { get; set; } = TransposedCase.All[0];

    [ParamsSource(nameof(Widths))]
    public VectorWidth Width { get; set; } = VectorWidths.Widest;

    [GlobalSetup]
    public void Setup()
    {
        _shape = Case.Shape;
        _x = new LaneMemory((long)_shape.InputChannels * _shape.InputPixels * Lanes);
        _y = new LaneMemory((long)_shape.OutputChannels * _shape.OutputPixels * Lanes);
        (_weights, _turned, _gradient) = (new float[_shape.WeightCount], new float[_shape.WeightCount], new float[_shape.WeightCount]);
        (_forward, _inputGradient) = (TransposedKernel.Forward(Width, _shape), TransposedKernel.InputGradient(Width, _shape));
        var random = new CounterRandom(1, RandomPurpose.Selection);
        random.Fill(0, 0, 0, _weights);
        random.Fill(0, 0, 1, _turned);
        random.Fill(1, 0, 0, _x.All);
        random.Fill(2, 0, 0, _y.All);
    }

    [Benchmark]
    public void Forward() => _forward!.Run(_x.All, _weights, [], Lanes, _y.All);

    [Benchmark]
    public void InputGradient() => _inputGradient!.Run(_y.All, _turned, [], Lanes, _x.All);

    [Benchmark]
    public void WeightGradient() => TransposedKernel.WeightGradient(Width, _shape, _x.All, _y.All, Lanes, _gradient);
}
