// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Bench.Models;
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Bench.Kernels;

/// <summary>A layer as a step runs it on one block of sixteen images: convolution, rectifier and clamp, pooling by two where there is one, and all of it backwards.</summary>
internal sealed class LayerParts
{
    private const int Lanes = LaneLayout.Lanes;

    private static readonly Activation Chain = Activation.Rectifier with { Low = -1, High = 0.99f };

    private readonly VectorWidth _width;
    private readonly ConvolutionShape _shape;
    private readonly bool _pools, _first;
    private readonly WeightGradient _weightGradient;
    private readonly LaneMemory _x, _y, _pooled, _pairs, _sums;
    private readonly float[] _bias, _gradient;
    private readonly PackedConvolution _convolution, _inputGradient;
    private readonly ushort[] _masks;

    /// <summary>Reserves the memory.</summary>
    /// <param name="width">Vector width.</param>
    /// <param name="shape">The convolution.</param>
    /// <param name="pools">Whether windows of 2x2 are pooled behind it.</param>
    /// <param name="first">Whether it is a first layer, whose input wants no gradient.</param>
    public LayerParts(VectorWidth width, ConvolutionShape shape, bool pools, bool first)
    {
        (_width, _shape, _pools, _first) = (width, shape, pools, first);
        _weightGradient = new WeightGradient(width, shape, pools ? Window(shape.OutputChannels) : null);
        _x = new LaneMemory((long)shape.InputChannels * shape.InputPixels * Lanes);
        _y = new LaneMemory((long)shape.OutputChannels * shape.OutputPixels * Lanes);
        _pooled = new LaneMemory((long)shape.OutputChannels * shape.OutputPixels / 4 * Lanes);
        _pairs = new LaneMemory((long)WeightGradientPairTile.LargestBlock * shape.OutputPixels / 2 * Lanes);
        _sums = new LaneMemory(_weightGradient.SumFloats);
        var weights = new float[shape.WeightCount];
        (_gradient, _bias) = (new float[weights.Length], new float[shape.OutputChannels]);
        _masks = new ushort[shape.OutputChannels * shape.OutputPixels];
        var random = new CounterRandom(1, RandomPurpose.Selection);
        random.Fill(0, 0, 0, weights);
        random.Fill(1, 0, 0, _x.All);
        random.Fill(2, 0, 0, _pooled.All);
        Center(weights);
        Center(_x.All);
        Center(_pooled.All);
        _convolution = new PackedConvolution(width, shape);
        _inputGradient = new PackedConvolution(width, shape.InputGradient);
        _convolution.Pack(weights);
        _inputGradient.PackTurned(weights);
    }

    /// <summary>The layers of which docs/engine.md gives the times.</summary>
    public static ImmutableArray<(string Name, ConvolutionShape Shape, bool Pools, bool First)> All { get; } =
    [
        ("MNIST 1→60 28x28, pooled", Square(1, 60, 28, 1), true, true),
        ("MNIST 60→60 14x14+2, pooled", Square(60, 60, 14, 2), true, false),
        ("MNIST, CIFAR-10 60→56 8x8", Square(60, 56, 8, 1), false, false),
        ("CIFAR-10 3→60 32x32, pooled", Square(3, 60, 32, 1), true, true),
        ("CIFAR-10 60→60 16x16, pooled", Square(60, 60, 16, 1), true, false),
        ("rock 3→15 64x64, pooled", Square(3, 15, 64, 1), true, true),
    ];

    /// <summary>The layers of a published model that have weights; those in front of a maximum pooling have it behind them, as the engine runs them.</summary>
    public static ImmutableArray<(string Name, ConvolutionShape Shape, bool Pools, bool First)> Of(BenchmarkModel model)
    {
        bool Pools(int index) => index + 1 < model.Weighted.Length && model.Weighted[index + 1].Pooling == PoolingBefore.Maximum;
        return [.. model.Weighted.Select((layer, index) => ($"{index} {KernelCase.Describe(layer.Shape)}{(Pools(index) ? ", pooled" : "")}", layer.Shape, Pools(index), index == 0))];
    }

    /// <summary>Operations of the forward pass whose taps lie inside the image, two for each multiply-add.</summary>
    public double Flops => 2.0 * Lanes * _shape.InputChannels * _shape.OutputChannels
        * Inside(_shape.OutputHeight, _shape.KernelRows, _shape.PaddingRows, _shape.Height) * Inside(_shape.OutputWidth, _shape.KernelColumns, _shape.PaddingColumns, _shape.Width);

    /// <summary>How many times the operations of the forward pass the backward pass has.</summary>
    public int BackwardPasses => _first ? 1 : 2;

    public void ForwardInTraining() => Forward(training: true);

    public void ForwardInInference() => Forward(training: false);

    public void Backward()
    {
        ParameterGradients();
        if (!_first) InputGradient();
    }

    /// <summary>The weight gradient, with the pooling in front of it.</summary>
    public void ParameterGradients()
    {
        // Behind a pooling that of some outputs at a time is found, as PooledConvolutionStep does.
        bool byParts = _pools && !_weightGradient.IsMinimal && (_first || _shape.Taps > 1);
        int parts = byParts ? _weightGradient.Parts : 1;
        for (int part = 0; part < parts; part++)
        {
            (int first, int count) = byParts ? _weightGradient.Outputs(part, part + 1) : (0, _shape.OutputChannels);
            Span<ushort> masks = Masks(first, count);
            Span<float> dy = _y.All.Slice((_first ? 0 : first) * _shape.OutputPixels * Lanes, count * _shape.OutputPixels * Lanes), gradient = _gradient.AsSpan(first * PerOutput, count * PerOutput);
            Span<float> pairs = _weightGradient.TakesPairs ? _pairs.All[..(dy.Length / 2)] : [];
            if (!_pools) ActivationKernel.Backward(_width, 1, dy, masks, count * _shape.OutputPixels, Lanes, dy);
            else if (!_first || pairs.IsEmpty) RoutedPoolKernel.Backward(_width, Window(count), 1, Pooled(first, count), masks, Lanes, dy);
            if (!pairs.IsEmpty) RoutedPoolKernel.BackwardPairs(_width, Window(count), 1, Pooled(first, count), masks, Lanes, pairs);
            _weightGradient.RunEither(_x.All, pairs.IsEmpty ? dy : pairs, masks, count, Lanes, _sums.All, gradient);
        }
    }

    public void InputGradient() => _inputGradient.Forward(_y.All, [], Activation.Identity, Lanes, _x.All, []);

    private int PerOutput => _shape.InputChannels * _shape.Taps;

    private void Forward(bool training)
    {
        Span<ushort> masks = training ? _masks : [];
        if (_pools) _convolution.ForwardPooled(_x.All, _bias, 0, _convolution.Parts, Chain, Lanes, _pooled.All, masks);
        else _convolution.Forward(_x.All, _bias, Chain, Lanes, _y.All, masks);
    }

    private PoolingShape Window(int channels) => new(channels, _shape.OutputHeight, _shape.OutputWidth, 2, 2, 2);

    private Span<float> Pooled(int first, int count) => _pooled.All.Slice(first * _shape.OutputPixels / 4 * Lanes, count * _shape.OutputPixels / 4 * Lanes);

    private Span<ushort> Masks(int first, int count) => _masks.AsSpan(first * _shape.OutputPixels, count * _shape.OutputPixels);

    private static ConvolutionShape Square(int inputs, int outputs, int side, int padding) => new(inputs, outputs, side, side, 3, 3, padding, padding);

    private static int Inside(int outputs, int kernel, int padding, int length) =>
        Enumerable.Range(0, outputs).Sum(y => Enumerable.Range(0, kernel).Count(k => (uint)(y + k - padding) < (uint)length));

    private static void Center(Span<float> values)
    {
        foreach (ref float value in values) value -= 0.5f;
    }
}
