// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using Ai8x.Bench.Models;
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;
using BenchmarkDotNet.Attributes;

namespace Ai8x.Bench.Kernels;

/// <summary>The first layers of KWS20 in inference, all of one tap, from the bytes of sixteen samples: at once, and one after the other over maps as in training.</summary>
public class PointwiseStackBenchmarks
{
    private const int Lanes = LaneLayout.Lanes;
    private const float Divisor = 128;

    private static readonly Activation Chain = Activation.Rectifier with { Low = -1, High = 1 };
    private static readonly BenchmarkModel Model = PublishedModels.Find("kws20");

    private readonly ConvolutionShape[] _shapes = [.. Model.Weighted.Select(layer => layer.Shape).TakeWhile(shape => PointwiseStack.TakesConvolution(shape))];
    private readonly sbyte[] _samples = new sbyte[Lanes * Model.Input.Count];
    private readonly List<LaneMemory> _maps = [];
    private float[][] _packed = [];
    private PointwiseStack? _stack;
    private LaneMemory? _patches;

    public static IEnumerable<VectorWidth> Widths => Enum.GetValues<VectorWidth>().Where(width => width != VectorWidth.Scalar && VectorWidths.IsAccelerated(width));

    [ParamsSource(nameof(Widths))]
    public VectorWidth Width { get; set; } = VectorWidths.Widest;

    /// <summary>Operations of a call.</summary>
    internal static double Flops { get; } = 2.0 * Lanes * Model.Weighted.Select(layer => layer.Shape).TakeWhile(shape => PointwiseStack.TakesConvolution(shape)).Sum(shape => shape.MultiplyAdds);

    [GlobalSetup]
    public void Setup()
    {
        new Random(1).NextBytes(MemoryMarshal.AsBytes(_samples.AsSpan()));
        _stack = new PointwiseStack(Width, Model.Input, [.. _shapes.Select(shape => (shape, Chain))]);
        _patches = new LaneMemory(_stack.PatchCount);
        _maps.Clear();
        _maps.Add(new LaneMemory(Model.Input.Count * Lanes));
        _packed = [.. _shapes.Select(shape => new float[shape.WeightCount])];
        for (int i = 0; i < _shapes.Length; i++)
        {
            var weights = new float[_shapes[i].WeightCount];
            new CounterRandom(1, RandomPurpose.Selection).Fill(i, 0, 0, weights);
            foreach (ref float weight in weights.AsSpan()) weight = (weight - 0.5f) / 4;
            _stack.SetParameters(i, weights, []);
            ConvolutionKernel.Pack(Width, _shapes[i], weights, _packed[i]);
            _maps.Add(new LaneMemory((long)_shapes[i].OutputChannels * _shapes[i].OutputPixels * Lanes));
        }
    }

    [Benchmark]
    public void Stacked() => _stack!.Run(_samples, Lanes, Divisor, 0, _stack.Blocks, _patches!.All, _maps[^1].All);

    [Benchmark]
    public void LayerByLayer()
    {
        LaneLayout.Scatter(_samples, Lanes, Model.Input, Divisor, _maps[0].All);
        for (int i = 0; i < _shapes.Length; i++) ConvolutionKernel.Forward(Width, _shapes[i], _maps[i].All, _packed[i], [], Chain, Lanes, _maps[i + 1].All, []);
    }
}
