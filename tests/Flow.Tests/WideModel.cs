// SPDX-License-Identifier: MIT
using Ai8x.Layers;
using Ai8x.Tensors;

namespace Ai8x.Flow.Tests;

/// <summary>A network for ten classes whose middle layers have 512 channels, eight passes of the 64 processors.</summary>
internal sealed class WideModel : Module
{
    private const int Classes = 10;

    private readonly FusedConv2DReLU _stem = new(32, kernelSize: 3, paddingSize: 1);
    private readonly FusedMaxPoolConv2DReLU _middle = new(64, kernelSize: 3, paddingSize: 1);
    private readonly FusedMaxPoolConv2DReLU _wide = new(512, kernelSize: 3, paddingSize: 1);
    private readonly FusedMaxPoolConv2DReLU _narrow = new(64, kernelSize: 1);
    private readonly AvgPool2D _pool = new(poolSize: 3, poolStrides: 3);
    private readonly Flatten _flatten = new();
    private readonly FusedDense _logits = new(Classes, wide: true);

    /// <inheritdoc/>
    public override SymbolicTensor Forward(SymbolicTensor input) =>
        _logits.Apply(_flatten.Apply(_pool.Apply(_narrow.Apply(_wide.Apply(_middle.Apply(_stem.Apply(input)))))));
}
