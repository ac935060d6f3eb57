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
}
