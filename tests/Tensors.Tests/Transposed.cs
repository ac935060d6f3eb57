// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

/// <summary>Runs transposed convolutions from weights that are not packed.</summary>
internal static class Transposed
{
    public static void Forward(VectorWidth width, in TransposedShape shape, float[] x, float[] weights, float[] bias, int lanes, float[] y)
    {
        var packed = new float[weights.Length];
        ConvolutionKernel.Pack(width, TransposedKernel.Kernels(shape), weights, packed);
        TransposedKernel.Forward(width, shape).Run(x, packed, bias, lanes, y);
    }

    public static void InputGradient(VectorWidth width, in TransposedShape shape, float[] dy, float[] weights, int lanes, float[] dx)
    {
        var turned = new float[weights.Length];
        ConvolutionKernel.PackTurned(width, TransposedKernel.Kernels(shape), weights, turned);
        TransposedKernel.InputGradient(width, shape).Run(dy, turned, [], lanes, dx);
    }
}
