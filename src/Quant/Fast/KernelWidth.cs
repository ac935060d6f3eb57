// SPDX-License-Identifier: MIT
namespace Ai8x.Quant.Fast;

/// <summary>Which form of the convolution kernel runs; all give the same integers.</summary>
internal enum KernelWidth
{
    /// <summary>No vectors.</summary>
    Scalar = 0,

    /// <summary>Four lanes.</summary>
    Bits128 = 128,

    /// <summary>Eight lanes.</summary>
    Bits256 = 256,

    /// <summary>Sixteen lanes.</summary>
    Bits512 = 512,
}
