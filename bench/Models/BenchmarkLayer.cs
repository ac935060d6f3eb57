// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Bench.Models;

/// <summary>Pooling of 2x2 with stride 2 in front of a convolution.</summary>
internal enum PoolingBefore
{
    None,
    Maximum,
    Average,
}

/// <summary>A layer of a published model, as plain data: each engine of the comparison builds its own network from it.</summary>
internal abstract record BenchmarkLayer;

/// <summary>Convolution of one or two dimensions with stride 1; activated ones end in a rectifier and the clamp to [-1, 1].</summary>
internal sealed record ConvolutionLayer(
    int Outputs,
    int Kernel = 3,
    int Padding = 1,
    PoolingBefore Pooling = PoolingBefore.None,
    bool Bias = false,
    bool OneDimensional = false,
    bool Activated = true) : BenchmarkLayer;

/// <summary>Dense layer over the flattened map; its outputs are the logits.</summary>
internal sealed record DenseLayer(int Outputs, bool Bias) : BenchmarkLayer;

/// <summary>The same values, row-major in <c>[H, W, C]</c>, under another shape.</summary>
internal sealed record ReshapeLayer(SampleShape Target) : BenchmarkLayer;

/// <summary>Dropout while training.</summary>
internal sealed record DropoutLayer(float Rate) : BenchmarkLayer;
