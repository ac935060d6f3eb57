// SPDX-License-Identifier: MIT
using Ai8x.Layers;
using Ai8x.Tensors;

namespace Ai8x.BitIdentity;

/// <summary>The layer kinds of the published models with few channels, small enough for machines without vector instructions.</summary>
internal static class TinyModel
{
    public static Sequential Create() => new(
        "tiny",
        new SampleShape(14, 14, 1),
        new FusedConv2DReLU(7, 3, paddingSize: 1),
        new FusedMaxPoolConv2DReLU(9, 3, paddingSize: 2),
        new Dropout(0.2f),
        new FusedAvgPoolConv2DReLU(6, 3, paddingSize: 1),
        new Flatten(),
        new FusedDense(10, wide: true));
}
