// SPDX-License-Identifier: MIT
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Bench.Kernels;

/// <summary>One worker's memory for a layer and the three passes over one block of sixteen images.</summary>
internal sealed class KernelBuffers
{
    private const int Lanes = LaneLayout.Lanes;
    private readonly ConvolutionShape _shape;
    private readonly LaneMemory _x;
    private readonly LaneMemory _y;
    private readonly PackedConvolution _convolution;
    private readonly PackedConvolution _inputGradient;
    private readonly WeightGradient _weightGradient;
    private readonly float[] _gradient;
    private readonly LaneMemory _sums;

    public KernelBuffers(VectorWidth width, KernelCase kernel)
    {
        _shape = kernel.Shape;
        _x = new LaneMemory((long)_shape.InputChannels * _shape.InputPixels * Lanes);
        _y = new LaneMemory((long)_shape.OutputChannels * _shape.OutputPixels * Lanes);
        var weights = new float[_shape.WeightCount];
        _gradient = new float[weights.Length];
        var random = new CounterRandom(1, RandomPurpose.Selection);
        random.Fill(0, 0, 0, weights);
        random.Fill(1, 0, 0, _x.All);
        random.Fill(2, 0, 0, _y.All);
        _convolution = new PackedConvolution(width, _shape);
        _inputGradient = new PackedConvolution(width, _shape.InputGradient);
        _weightGradient = new WeightGradient(width, _shape, null);
        _sums = new LaneMemory(_weightGradient.SumFloats);
        _convolution.Pack(weights);
        _inputGradient.PackTurned(weights);
    }

    public void Forward() => _convolution.Forward(_x.All, [], Activation.Identity, Lanes, _y.All, []);

    public void InputGradient() => _inputGradient.Forward(_y.All, [], Activation.Identity, Lanes, _x.All, []);

    public void WeightGradient() => _weightGradient.RunEither(_x.All, _y.All, [], _shape.OutputChannels, Lanes, _sums.All, _gradient);
}
