// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Placement;

/// <summary>What the accelerator executes for a layer: the layer itself, or what stands in for it (machine.md section 4.1).</summary>
public sealed record HardwareLayer
{
    /// <summary>The operator.</summary>
    public required LayerOperator Operator { get; init; }

    /// <summary>Rows and columns of the image in data memory, before pooling.</summary>
    public required (int Rows, int Columns) Image { get; init; }

    /// <summary>Rows and columns after pooling; a transposed convolution then doubles them.</summary>
    public required (int Rows, int Columns) Pooled { get; init; }

    /// <summary>Rows and columns of the kernel.</summary>
    public required (int Rows, int Columns) Kernel { get; init; }

    /// <summary>Rows and columns of zeros on each side.</summary>
    public required (int Rows, int Columns) Padding { get; init; }

    /// <summary>Pixels that are written; more than the layer's output has where a dilated convolution runs on a folded image.</summary>
    public required int OutputPixels { get; init; }

    /// <summary>Written pixels in front of the layer's own.</summary>
    public int SurplusPixels { get; init; }

    /// <summary>Weights, <c>[O, I, KH, KW]</c> row-major with the kernel of this record.</summary>
    public required ImmutableArray<sbyte> Weights { get; init; }

    /// <summary>Whether there is a convolution, that is, anything but a pass-through.</summary>
    public bool IsConvolution => Operator != LayerOperator.None;

    /// <summary>Weights of one kernel.</summary>
    public int KernelSize => Kernel.Rows * Kernel.Columns;

    /// <summary>Whether the kernel has a single weight and the layer is no one-dimensional convolution.</summary>
    public bool IsOneByOne => KernelSize == 1 && Operator is LayerOperator.Conv2d or LayerOperator.Linear;
}
