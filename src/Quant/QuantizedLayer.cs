// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;

namespace Ai8x.Quant;

/// <summary>One hardware layer with everything resolved: shapes, integer weights, bias and shift (numerics.md part 1).</summary>
public sealed record QuantizedLayer
{
    /// <summary>Index in execution order.</summary>
    public required int Index { get; init; }

    /// <summary>Name from the description or, failing that, from the model.</summary>
    public required string Name { get; init; }

    /// <summary>The operator.</summary>
    public required LayerOperator Operator { get; init; }

    /// <summary>Shape of the input before pooling and flattening.</summary>
    public required FeatureShape Input { get; init; }

    /// <summary>Shape after pooling; equals <see cref="Input"/> without pooling.</summary>
    public required FeatureShape Pooled { get; init; }

    /// <summary>Shape of the output.</summary>
    public required FeatureShape Output { get; init; }

    /// <summary>Pooling in front of the operator, or null.</summary>
    public Pooling? Pooling { get; init; }

    /// <summary>Kernel rows; 1 for linear layers.</summary>
    public int KernelRows { get; init; } = 1;

    /// <summary>Kernel columns; 1 for linear layers and one-dimensional convolutions.</summary>
    public int KernelColumns { get; init; } = 1;

    /// <summary>Zero padding rows on each side.</summary>
    public int PaddingRows { get; init; }

    /// <summary>Zero padding columns on each side.</summary>
    public int PaddingColumns { get; init; }

    /// <summary>Whether the pooled map is flattened channel by channel in front of a linear operator.</summary>
    public bool Flatten { get; init; }

    /// <summary>Activation.</summary>
    public ActivationKind Activation { get; init; }

    /// <summary>Bits of one weight: 1, 2, 4 or 8.</summary>
    public int WeightBits { get; init; } = 8;

    /// <summary>Configured output shift.</summary>
    public int OutputShift { get; init; }

    /// <summary>Total shift <c>output_shift + 8 - weight bits</c>, -15..15 (numerics.md section 1.2).</summary>
    public int TotalShift => OutputShift + 8 - WeightBits;

    /// <summary>Bits of one output value: 8, or 32 for the raw accumulator.</summary>
    public int OutputWidth { get; init; } = 8;

    /// <summary>
    /// Weights, <c>[O, I, KH, KW]</c> row-major, each within the range of <see cref="WeightBits"/>; empty without operator. With
    /// <see cref="Flatten"/>, <c>I</c> counts channel, row, column with the column fastest.
    /// </summary>
    public ImmutableArray<sbyte> Weights { get; init; } = [];

    /// <summary>Bias per output channel, added to the accumulator as 128 times its value; empty if the layer has none.</summary>
    public ImmutableArray<sbyte> Bias { get; init; } = [];

    /// <summary>What the layer reads: indices of layers of the network, -1 the network input, -2 minus k the data buffer k. Operands of an element-wise layer, parts of a concatenation, else one.</summary>
    public ImmutableArray<int> Inputs { get; init; } = [];

    /// <summary>Element-wise operation in front of the operator, or null.</summary>
    public ElementwiseKind? Elementwise { get; init; }

    /// <summary>Number of operands, 2..16 of an element-wise layer, else 1. <see cref="Input"/> is the shape of one operand.</summary>
    public int Operands { get; init; } = 1;

    /// <summary>Whether the operands are pooled before they are joined.</summary>
    public bool PoolFirst { get; init; } = true;

    /// <summary>Distance of the taps of a one-dimensional convolution.</summary>
    public int Dilation { get; init; } = 1;

    /// <summary>Rows dropped from the top and the bottom of what is read; <see cref="Input"/> is the shape after it.</summary>
    public (int Top, int Bottom) Crop { get; init; }

    /// <summary>Layer that holds the weights and the bias, or null for the layer's own; <see cref="Weights"/> are then that layer's.</summary>
    public int? WeightSource { get; init; }
}
