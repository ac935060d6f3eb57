// SPDX-License-Identifier: MIT
using Ai8x.Layers;
using Ai8x.Tensors;

namespace Ai8x.Models;

/// <summary>
/// A small residual network for ten classes in the subclassed style, as a pattern for models of your own: two residual blocks between a first convolution and
/// a dense layer. It has no published training.
/// </summary>
public sealed class ResidualModel : Module
{
    private const int Classes = 10;
    private const int Filters = 16;

    private readonly FusedConv2DReLU _stem = new(Filters, kernelSize: 3, paddingSize: 1);
    private readonly Block _first = new(Filters);
    private readonly FusedMaxPoolConv2DReLU _down = new(2 * Filters, kernelSize: 3, paddingSize: 1);
    private readonly Block _second = new(2 * Filters);
    private readonly AvgPool2D _pool = new(poolSize: 4, poolStrides: 4);
    private readonly Flatten _flatten = new();
    private readonly FusedDense _logits = new(Classes, wide: true);

    /// <inheritdoc/>
    public override SymbolicTensor Forward(SymbolicTensor input)
    {
        SymbolicTensor x = _first.Forward(_stem.Apply(input));
        x = _second.Forward(_down.Apply(x));
        return _logits.Apply(_flatten.Apply(_pool.Apply(x)));
    }

    /// <summary>Two convolutions whose result is added to what they read.</summary>
    private sealed class Block(int filters) : Module
    {
        private readonly FusedConv2DReLU _inner = new(filters, kernelSize: 3, paddingSize: 1);
        private readonly FusedConv2D _outer = new(filters, kernelSize: 3, paddingSize: 1);
        private readonly Add _add = new();

        public override SymbolicTensor Forward(SymbolicTensor input) => _add.Apply(input, _outer.Apply(_inner.Apply(input)));
    }
}
