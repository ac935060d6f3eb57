// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors;

/// <summary>
/// Exponential and logarithm in float32, as polynomials over correctly rounded operations: the same bits on every processor and at
/// every vector width. Each is within 2 units in the last place of the true value.
/// </summary>
public static class FloatFunctions
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    // ln 2 in two parts; the high part has trailing zeros, so its products with exponents are exact.
    private const float Ln2High = 0.693145751953125f;
    private const float Ln2Low = 1.42860677e-6f;
    private const float Log2E = 1.44269504f;

    // Beyond these arguments the result is +infinity or rounds to +0.
    private const float ExpOverflow = 89f;
    private const float ExpUnderflow = -104f;

    private const float SmallestNormal = 1.17549435e-38f;
    private const float DenormalScale = 8388608f;
    private const float DenormalExponent = 23f;

    /// <summary>e to the power <paramref name="x"/>.</summary>
    /// <param name="x">The exponent.</param>
    /// <returns>+infinity above 88.72, +0 below -103.97, NaN for NaN.</returns>
    public static float Exp(float x) => Exp<LanesScalar, float>(x);

    /// <summary>Natural logarithm.</summary>
    /// <param name="x">The argument.</param>
    /// <returns>-infinity for zeros, NaN for negative numbers and NaN, +infinity for +infinity.</returns>
    public static float Log(float x) => Log<LanesScalar, float>(x);

    /// <summary>
    /// With <c>n = round(x / ln 2)</c> and <c>r = x - n ln 2</c>, <c>|r| &lt;= 0.347</c>: <c>exp(x) = 2^n * exp(r)</c>, and <c>exp(r)</c> is its Taylor
    /// polynomial of degree 7 (remainder below 6e-9). The power of two is multiplied in two halves so that denormal results round once.
    /// </summary>
    [MethodImpl(Inline)]
    internal static TVector Exp<TLanes, TVector>(TVector x)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        TVector n = TLanes.RoundToEven(TLanes.Multiply(x, TLanes.Create(Log2E)));
        TVector overflow = TLanes.LessThan(TLanes.Create(ExpOverflow), x);
        TVector underflow = TLanes.LessThan(x, TLanes.Create(ExpUnderflow));
        n = TLanes.AndNot(n, TLanes.Or(overflow, underflow));
        TVector r = TLanes.FusedMultiplyAdd(n, TLanes.Create(-Ln2High), x);
        r = TLanes.FusedMultiplyAdd(n, TLanes.Create(-Ln2Low), r);
        TVector p = TLanes.Create(1f / 5040);
        p = TLanes.FusedMultiplyAdd(p, r, TLanes.Create(1f / 720));
        p = TLanes.FusedMultiplyAdd(p, r, TLanes.Create(1f / 120));
        p = TLanes.FusedMultiplyAdd(p, r, TLanes.Create(1f / 24));
        p = TLanes.FusedMultiplyAdd(p, r, TLanes.Create(1f / 6));
        p = TLanes.FusedMultiplyAdd(p, r, TLanes.Create(0.5f));
        p = TLanes.FusedMultiplyAdd(p, r, TLanes.Create(1f));
        p = TLanes.FusedMultiplyAdd(p, r, TLanes.Create(1f));
        // A NaN would make a meaningless power: its exponent is replaced by 0, and p carries the NaN on.
        n = TLanes.And(n, TLanes.IsEqual(n, n));
        TVector half = TLanes.RoundToEven(TLanes.Multiply(n, TLanes.Create(0.5f)));
        TVector y = TLanes.Multiply(TLanes.Multiply(p, TLanes.PowerOfTwo(half)), TLanes.PowerOfTwo(TLanes.Subtract(n, half)));
        y = TLanes.Select(overflow, TLanes.Create(float.PositiveInfinity), y);
        return TLanes.AndNot(y, underflow);
    }

    /// <summary>
    /// With <c>x = 2^e * (1 + f)</c>, <c>1 + f</c> in [0.707, 1.414], <c>s = f / (2 + f)</c> and <c>z = s^2</c>: <c>log(1 + f) = f - s * (f - R)</c>
    /// where <c>R = 2z/3 + 2z^2/5 + 2z^3/7 + 2z^4/9 + 2z^5/11</c> (remainder below 1e-9), plus <c>e ln 2</c> in two parts.
    /// </summary>
    [MethodImpl(Inline)]
    internal static TVector Log<TLanes, TVector>(TVector x)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        TVector denormal = TLanes.LessThan(x, TLanes.Create(SmallestNormal));
        TVector scaled = TLanes.Select(denormal, TLanes.Multiply(x, TLanes.Create(DenormalScale)), x);
        TVector e = TLanes.Subtract(TLanes.Exponent(scaled), TLanes.And(denormal, TLanes.Create(DenormalExponent)));
        TVector m = TLanes.Significand(scaled);
        TVector large = TLanes.LessThan(TLanes.Create(1.41421354f), m);
        m = TLanes.Select(large, TLanes.Multiply(m, TLanes.Create(0.5f)), m);
        e = TLanes.Add(e, TLanes.And(large, TLanes.Create(1f)));
        TVector f = TLanes.Subtract(m, TLanes.Create(1f));
        TVector s = TLanes.Divide(f, TLanes.Add(f, TLanes.Create(2f)));
        TVector z = TLanes.Multiply(s, s);
        TVector r = TLanes.Create(2f / 11);
        r = TLanes.FusedMultiplyAdd(r, z, TLanes.Create(2f / 9));
        r = TLanes.FusedMultiplyAdd(r, z, TLanes.Create(2f / 7));
        r = TLanes.FusedMultiplyAdd(r, z, TLanes.Create(2f / 5));
        r = TLanes.FusedMultiplyAdd(r, z, TLanes.Create(2f / 3));
        r = TLanes.Multiply(r, z);
        TVector tail = TLanes.FusedMultiplyAdd(e, TLanes.Create(-Ln2Low), TLanes.Multiply(s, TLanes.Subtract(f, r)));
        TVector y = TLanes.FusedMultiplyAdd(e, TLanes.Create(Ln2High), TLanes.Subtract(f, tail));
        y = TLanes.Select(TLanes.IsEqual(x, TLanes.Create(float.PositiveInfinity)), x, y);
        y = TLanes.Select(TLanes.IsEqual(x, TLanes.Zero), TLanes.Create(float.NegativeInfinity), y);
        // Negative numbers and NaN: everything that is not at least zero.
        return TLanes.Select(TLanes.LessThanOrEqual(TLanes.Zero, x), y, TLanes.Create(float.NaN));
    }
}
