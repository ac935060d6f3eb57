// SPDX-License-Identifier: MIT
namespace Ai8x.Networks;

/// <summary>What the multiply-accumulate stage of a hardware layer does (network-yaml.md section 2.1).</summary>
public enum LayerOperator
{
    /// <summary>No weights: the pooled, element-wise combined data is passed on.</summary>
    None,

    /// <summary>One-dimensional convolution, kernel length 1..9.</summary>
    Conv1d,

    /// <summary>Two-dimensional convolution, kernel 1x1 or 3x3.</summary>
    Conv2d,

    /// <summary>Transposed 3x3 convolution, stride 2.</summary>
    ConvTranspose2d,

    /// <summary>Fully connected layer.</summary>
    Linear,
}

/// <summary>Activation after scaling and clamping (numerics.md section 4).</summary>
public enum ActivationKind
{
    /// <summary>Identity.</summary>
    None,

    /// <summary><c>max(y, 0)</c>.</summary>
    Relu,

    /// <summary><c>min(abs(y), 127)</c>.</summary>
    Abs,
}

/// <summary>How an element-wise layer joins its operands (numerics.md section 8).</summary>
public enum ElementwiseKind
{
    /// <summary>Sum, saturated to 8 bits in front of a convolution or an 8-bit output.</summary>
    Add,

    /// <summary>First operand minus the others, saturated likewise.</summary>
    Sub,

    /// <summary>Bitwise or of the bytes.</summary>
    Or,

    /// <summary>Bitwise exclusive or of the bytes.</summary>
    Xor,
}

/// <summary>Kind of pooling in front of the operator (numerics.md section 6).</summary>
public enum PoolingKind
{
    /// <summary>Maximum of the window.</summary>
    Max,

    /// <summary>Mean of the window.</summary>
    Average,
}

/// <summary>Order of the input bytes in data memory (machine.md section 9).</summary>
public enum DataFormat
{
    /// <summary>Four channels of one pixel in a word ("little data").</summary>
    Hwc,

    /// <summary>Four pixels of one channel in a word ("big data"); first layer only.</summary>
    Chw,
}

/// <summary>A pooling window in front of the operator; no padding, incomplete windows are dropped.</summary>
/// <param name="Kind">Maximum or average.</param>
/// <param name="Rows">Window rows, 1..16.</param>
/// <param name="Columns">Window columns, 1..16; 1 for one-dimensional data.</param>
/// <param name="Stride">Stride in both directions, 1..16.</param>
public sealed record Pooling(PoolingKind Kind, int Rows, int Columns, int Stride);
