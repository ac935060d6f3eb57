// SPDX-License-Identifier: MIT
using Ai8x.Layers;

namespace Ai8x.Optim.Tests;

/// <summary>The smallest model with a convolution, dropout, both pools and a dense layer.</summary>
internal static class TinyModel
{
    public static Sequential Definition() => new(
        "tiny",
        QuadrantSource.Map,
        new FusedConv2DReLU(4, 3, paddingSize: 1, useBias: false),
        new FusedMaxPoolConv2DReLU(4, 1),
        new Dropout(0.1f),
        new Flatten(),
        new FusedDense(4, wide: true));

    public static Model Build(ulong seed = 3) => Definition().Build(seed);
}
