// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Networks;

/// <summary>
/// One entry under <c>layers</c> of a network description, as the user wrote it: absent keys are null where the default depends on
/// neighbours or on the operator (network-yaml.md section 2).
/// </summary>
public sealed record LayerDescription
{
    /// <summary>Line of the entry in its file, from 1; 0 if it was not read from a file.</summary>
    public int Line { get; init; }

    /// <summary><c>name</c>, or null.</summary>
    public string? Name { get; init; }

    /// <summary><c>processors</c>: the processors that read the input.</summary>
    public required ProcessorMap Processors { get; init; }

    /// <summary><c>output_processors</c>, or null for the next layer's <c>processors</c>.</summary>
    public ProcessorMap? OutputProcessors { get; init; }

    /// <summary><c>op</c>.</summary>
    public LayerOperator Operator { get; init; } = LayerOperator.Conv2d;

    /// <summary><c>activate</c>.</summary>
    public ActivationKind Activation { get; init; }

    /// <summary>Kernel rows from <c>kernel_size</c>, or null for the operator's default.</summary>
    public int? KernelRows { get; init; }

    /// <summary>Kernel columns from <c>kernel_size</c>, or null for the operator's default.</summary>
    public int? KernelColumns { get; init; }

    /// <summary><c>pad</c>, or null for the operator's default.</summary>
    public int? Padding { get; init; }

    /// <summary><c>max_pool</c> or <c>avg_pool</c> with <c>pool_stride</c>, or null.</summary>
    public Pooling? Pooling { get; init; }

    /// <summary><c>in_channels</c>, or null.</summary>
    public int? InputChannels { get; init; }

    /// <summary><c>out_channels</c>, or null.</summary>
    public int? OutputChannels { get; init; }

    /// <summary>Rows and columns from <c>in_dim</c>, or null.</summary>
    public (int Rows, int Columns)? InputDimensions { get; init; }

    /// <summary><c>in_offset</c> in bytes, or null for the previous layer's <c>out_offset</c>.</summary>
    public int? InputOffset { get; init; }

    /// <summary><c>out_offset</c> in bytes.</summary>
    public int OutputOffset { get; init; }

    /// <summary><c>output_width</c>: 8 or 32 bits.</summary>
    public int OutputWidth { get; init; } = 8;

    /// <summary><c>output_shift</c>, or null for the value stored with the weights.</summary>
    public int? OutputShift { get; init; }

    /// <summary><c>quantization</c>: weight bits 1, 2, 4 or 8, or null for the value stored with the weights.</summary>
    public int? WeightBits { get; init; }

    /// <summary><c>data_format</c>.</summary>
    public DataFormat DataFormat { get; init; }

    /// <summary><c>flatten</c>.</summary>
    public bool Flatten { get; init; }

    /// <summary><c>bias_group</c>: quadrants that may hold the bias; empty for any used quadrant.</summary>
    public ImmutableArray<int> BiasQuadrants { get; init; } = [];

    /// <summary><c>output</c>: the layer's data is part of the known answer.</summary>
    public bool IsOutput { get; init; }

    /// <summary>Element-wise operation in front of the operator, or null.</summary>
    public ElementwiseKind? Elementwise { get; init; }

    /// <summary>Number of operands, 2..16 of an element-wise layer, else 1.</summary>
    public int Operands { get; init; } = 1;

    /// <summary>Whether an element-wise layer pools each operand before it joins them.</summary>
    public bool PoolFirst { get; init; } = true;

    /// <summary>Distance of the taps of a one-dimensional convolution, at least 1.</summary>
    public int Dilation { get; init; } = 1;

    /// <summary>
    /// The layers whose outputs are read, in the order of the description; -1 is the network input, -2 minus k the data buffer k. Empty: the layer before.
    /// </summary>
    public ImmutableArray<int> InputLayers { get; init; } = [];

    /// <summary>Rows dropped from the top and the bottom of what is read.</summary>
    public (int Top, int Bottom) Crop { get; init; }

    /// <summary>Words left free between output words, 0 or more.</summary>
    public int WriteGap { get; init; }

    /// <summary>Whether the layer starts before the layer in front of it has ended.</summary>
    public bool Streaming { get; init; }

    /// <summary>Layer whose weights and bias are used, or null for the layer's own.</summary>
    public int? WeightSource { get; init; }

    /// <summary>Rolling buffer: words by which the data moves before an inference, or null.</summary>
    public int? BufferShift { get; init; }

    /// <summary>Rolling buffer: pixels that enter at an inference, or null.</summary>
    public int? BufferInsert { get; init; }

    /// <summary>Layer with which the integer computation goes on, -1 for none after this one; null for the next.</summary>
    public int? SimulatedSequence { get; init; }

    /// <summary>Input channels that are dropped before the layer reads.</summary>
    public int InputChannelSkip { get; init; }
}
