// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Networks;

/// <summary>
/// One fused hardware layer with float weights: pooling, then operator with bias, then activation, output shift and clamp, in the
/// order of the Keras-style flow (numerics.md section 12.1).
/// </summary>
public sealed record GraphLayer
{
    /// <summary>Name, unique in the graph, for example <c>conv2d_1</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The operator.</summary>
    public required LayerOperator Operator { get; init; }

    /// <summary>Layers whose outputs are read, as indices into the graph; -1 is the network input. One entry in a sequential network.</summary>
    public required ImmutableArray<int> Inputs { get; init; }

    /// <summary>Shape of the input before pooling and flattening.</summary>
    public required FeatureShape Input { get; init; }

    /// <summary>Shape of the output.</summary>
    public required FeatureShape Output { get; init; }

    /// <summary>Pooling in front of the operator, or null.</summary>
    public Pooling? Pooling { get; init; }

    /// <summary>
    /// Element-wise operation on the inputs in front of the operator, clamped to ±1, or null: then several inputs are joined by channel.
    /// <see cref="Input"/> is the shape of one operand, or of the joined channels.
    /// </summary>
    public ElementwiseKind? Elementwise { get; init; }

    /// <summary>Whether an element-wise layer pools each operand before it joins them.</summary>
    public bool PoolFirst { get; init; } = true;

    /// <summary>Distance of the taps of a one-dimensional convolution, at least 1.</summary>
    public int Dilation { get; init; } = 1;

    /// <summary>Kernel rows; 1 for linear layers; the kernel length of a one-dimensional convolution.</summary>
    public int KernelRows { get; init; } = 1;

    /// <summary>Kernel columns; 1 for linear layers and one-dimensional convolutions.</summary>
    public int KernelColumns { get; init; } = 1;

    /// <summary>
    /// Zero padding on each side, 0..2; rows only for one-dimensional convolutions. For a transposed convolution the rows and columns that the
    /// full result loses on each side; with stride 2 and output padding 1 the output has <c>2 * size + 2 - 2 * padding</c> rows and columns.
    /// </summary>
    public int Padding { get; init; }

    /// <summary>Whether a linear layer reads a feature map of more than one pixel, flattened channel by channel.</summary>
    public bool Flatten { get; init; }

    /// <summary>Activation, applied to the biased sum before the output scale.</summary>
    public ActivationKind Activation { get; init; }

    /// <summary>Output is multiplied by two to this power after the activation.</summary>
    public int OutputShift { get; init; }

    /// <summary>Wide output: clamped to ±131,072 and 32 bits wide on the chip, instead of ±1 and 8 bits.</summary>
    public bool Wide { get; init; }

    /// <summary>
    /// Weights in <c>[O, I, KH, KW]</c> order, row-major; empty without operator. A linear layer that flattens has
    /// <c>I = channels * rows * columns</c> in channel-major order: feature <c>(c * rows + y) * columns + x</c>. The kernels of a transposed
    /// convolution are turned by half a turn, as the chip holds them: an ordinary convolution over the input with a zero between each two pixels.
    /// </summary>
    public ImmutableArray<float> Weights { get; init; } = [];

    /// <summary>Bias per output channel; empty if the layer has none.</summary>
    public ImmutableArray<float> Bias { get; init; } = [];

    /// <summary>Number of weights and biases.</summary>
    public int ParameterCount => Weights.Length + Bias.Length;
}
