// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>
/// The operations that kernels may use on a vector of images, at one width. Kernels are written once over this interface, so every
/// width runs the same sequence of correctly rounded operations. Masks are vectors whose lanes are all ones or all zeros.
/// </summary>
/// <typeparam name="TVector">The vector type of the width; <c>float</c> for the scalar width.</typeparam>
internal unsafe interface ILaneVector<TVector>
    where TVector : struct
{
    /// <summary>Number of lanes: 16, 8, 4 or 1.</summary>
    static abstract int Lanes { get; }

    /// <summary>+0 in every lane.</summary>
    static abstract TVector Zero { get; }

    static abstract TVector Create(float value);

    static abstract TVector Load(float* source);

    static abstract void Store(TVector value, float* destination);

    /// <summary><c>a * b + c</c>, rounded once.</summary>
    static abstract TVector FusedMultiplyAdd(TVector a, TVector b, TVector c);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    static abstract TVector Divide(TVector a, TVector b);

    static abstract TVector SquareRoot(TVector a);

    static abstract TVector RoundToEven(TVector a);

    /// <summary><c>a &gt; b ? a : b</c>: the second where either is not a number, or both are zeros.</summary>
    static abstract TVector Larger(TVector a, TVector b);

    /// <summary><c>a &lt; b ? a : b</c>: the second where either is not a number, or both are zeros.</summary>
    static abstract TVector Smaller(TVector a, TVector b);

    static abstract TVector LessThan(TVector a, TVector b);

    static abstract TVector LessThanOrEqual(TVector a, TVector b);

    static abstract TVector IsEqual(TVector a, TVector b);

    static abstract TVector And(TVector a, TVector b);

    /// <summary><c>a</c> without the bits of <c>b</c>.</summary>
    static abstract TVector AndNot(TVector a, TVector b);

    static abstract TVector Or(TVector a, TVector b);

    /// <summary>The second where the mask's lane is all ones, the third where it is all zeros.</summary>
    static abstract TVector Select(TVector mask, TVector whereTrue, TVector whereFalse);

    /// <summary>+0 where the mask's lane is all ones, the value where it is all zeros.</summary>
    static abstract TVector ZeroWhere(TVector mask, TVector value);

    /// <summary>Bit <c>i</c> is the sign bit of lane <c>i</c>.</summary>
    static abstract uint MaskBits(TVector mask);

    /// <summary>The mask whose lane <c>i</c> is bit <c>i</c>.</summary>
    static abstract TVector MaskOf(uint bits);

    /// <summary>All ones in the lanes from <paramref name="lane"/> on whose image's bit is not set in the second of two neighbouring masks of sixteen images.</summary>
    static abstract TVector LacksSecond(ushort* masks, int lane);

    /// <summary>The value in lanes whose bit is set, +0 in the others.</summary>
    static abstract TVector Keep(uint bits, TVector value);

    /// <summary>Keeps of two values what the bits of two neighbouring masks of sixteen images say, from the image <paramref name="lane"/> on; the other lanes become +0.</summary>
    static abstract void KeepTwo(ushort* masks, int lane, ref TVector first, ref TVector second);

    /// <summary><c>2^n</c> for integral <c>n</c> in -126..127.</summary>
    static abstract TVector PowerOfTwo(TVector n);

    /// <summary>Exponent of a normal positive number as a float: <c>floor(log2(a))</c>.</summary>
    static abstract TVector Exponent(TVector a);

    /// <summary>Significand of a normal positive number, in [1, 2).</summary>
    static abstract TVector Significand(TVector a);
}
