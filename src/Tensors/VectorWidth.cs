// SPDX-License-Identifier: MIT
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Ai8x.Tensors;

/// <summary>How many images one instruction of a kernel handles. The value is the number of float lanes; it never changes a result.</summary>
public enum VectorWidth
{
    /// <summary>One image at a time with <c>MathF.FusedMultiplyAdd</c>; works on every machine.</summary>
    Scalar = 1,

    /// <summary>128 bits: four images.</summary>
    Vector128 = 4,

    /// <summary>256 bits: eight images.</summary>
    Vector256 = 8,

    /// <summary>512 bits: sixteen images.</summary>
    Vector512 = 16,
}

/// <summary>
/// Which vector widths this machine computes in hardware, fused multiply-add included. Kernels of the others run as well, with the same bits, but in software: they are for
/// tests, which so cover every width on every machine.
/// </summary>
public static class VectorWidths
{
    /// <summary>The widest accelerated width.</summary>
    public static VectorWidth Widest =>
        IsAccelerated(VectorWidth.Vector512) ? VectorWidth.Vector512
        : IsAccelerated(VectorWidth.Vector256) ? VectorWidth.Vector256
        : IsAccelerated(VectorWidth.Vector128) ? VectorWidth.Vector128
        : VectorWidth.Scalar;

    /// <summary>Whether kernels of a width run at full speed on this machine.</summary>
    /// <param name="width">The width.</param>
    /// <returns>True if they do; always true for <see cref="VectorWidth.Scalar"/>.</returns>
    public static bool IsAccelerated(VectorWidth width) => width switch
    {
        VectorWidth.Scalar => true,
        VectorWidth.Vector128 => Vector128.IsHardwareAccelerated && (Fma.IsSupported || AdvSimd.IsSupported),
        VectorWidth.Vector256 => Vector256.IsHardwareAccelerated && Fma.IsSupported,
        // Not Vector512.IsHardwareAccelerated: the runtime says no on processors whose clock falls under 512-bit instructions, for the sake of code that uses few of them.
        // Kernels use nothing else: on a Cascade Lake multiply-adds on registers reach 154 GFLOP/s a core at 2.4 GHz, where 256 bits reach 86 at 2.7.
        VectorWidth.Vector512 => Avx512F.IsSupported,
        _ => false,
    };
}
