// SPDX-License-Identifier: MIT
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Bench.Kernels;

/// <summary>One worker's memory for a layer and the three passes over one block of sixteen images.</summary>
internal sealed class KernelBuffers
{
    private const int Lanes = LaneLayout.Lanes;
    private readonly VectorWidth _width;
    private readonly ConvolutionShape _shape;
    private readonly LaneMemory _x;
    private readonly LaneMemory _y;
    private readonly float[] _packed;
    private readonly float[] _turned;
    private readonly float[] _gradient;

    public KernelBuffers(VectorWidth width, KernelCase kernel)
    {
        _width = width;
        _shape = kernel.Shape;
        _x = new LaneMemory((long)_shape.InputChannels * _shape.InputPixels * Lanes);
        _y = new LaneMemory((long)_shape.OutputChannels * _shape.OutputPixels * Lanes);
        var weights = new float[_shape.WeightCount];
        (_packed, _turned, _gradient) = (new float[weights.Length], new float[weights.Length], new float[weights.Length]);
        var random = new CounterRandom(1, RandomPurpose.Selection);
        random.Fill(0, 0, 0, weights);
        random.Fill(1, 0, 0, _x.All);
        random.Fill(2, 0, 0, _y.All);
        ConvolutionKernel.Pack(width, _shape, weights, _packed);
        ConvolutionKernel.PackTurned(width, _shape, weights, _turned);
    }

    public void Forward() => ConvolutionKernel.Forward(_width, _shape, _x.All, _packed, [], Lanes, _y.All);

    public void InputGradient() => ConvolutionKernel.Forward(_width, _shape.InputGradient, _y.All, _turned, [], Lanes, _x.All);

    public void WeightGradient() => WeightGradientKernel.Run(_width, _shape, _x.All, _y.All, Lanes, _gradient);
}
