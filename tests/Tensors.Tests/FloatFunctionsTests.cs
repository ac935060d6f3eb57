// SPDX-License-Identifier: MIT
using System.Runtime.Intrinsics;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

public sealed class FloatFunctionsTests
{
    private const double AllowedUlps = 2;

    [Fact]
    public void Exp_OverItsWholeRange_StaysWithinTwoUnitsInTheLastPlace()
    {
        for (int i = -1_040_000; i <= 888_000; i += 7)
        {
            float x = i * 1e-4f;
            double expected = Math.Exp(x);
            if (!(Ulps(expected, FloatFunctions.Exp(x)) <= AllowedUlps)) Assert.Fail($"exp({x:R}) = {FloatFunctions.Exp(x):R}, expected {expected:R}");
        }
    }

    [Fact]
    public void Log_OverEveryExponent_StaysWithinTwoUnitsInTheLastPlace()
    {
        for (uint bits = 1; bits < 0x7f800000; bits += 4801) CheckLog(BitConverter.UInt32BitsToSingle(bits));
        // Around one, where the result is small.
        for (uint bits = 0x3f7f0000; bits < 0x3f810000; bits += 3) CheckLog(BitConverter.UInt32BitsToSingle(bits));
    }

    [Fact]
    public void SpecialArguments_HaveTheirLimits()
    {
        Assert.Equal(1f, FloatFunctions.Exp(0));
        Assert.Equal(float.PositiveInfinity, FloatFunctions.Exp(89));
        Assert.Equal(float.PositiveInfinity, FloatFunctions.Exp(float.PositiveInfinity));
        Assert.Equal(0, BitConverter.SingleToInt32Bits(FloatFunctions.Exp(-105)));
        Assert.Equal(0, BitConverter.SingleToInt32Bits(FloatFunctions.Exp(float.NegativeInfinity)));
        Assert.Equal(0, BitConverter.SingleToInt32Bits(FloatFunctions.Exp(-3e38f)));
        Assert.True(float.IsNaN(FloatFunctions.Exp(float.NaN)));
        Assert.Equal(0, BitConverter.SingleToInt32Bits(FloatFunctions.Log(1)));
        Assert.Equal(float.NegativeInfinity, FloatFunctions.Log(0));
        Assert.Equal(float.NegativeInfinity, FloatFunctions.Log(-0f));
        Assert.Equal(float.PositiveInfinity, FloatFunctions.Log(float.PositiveInfinity));
        Assert.True(float.IsNaN(FloatFunctions.Log(-1)));
        Assert.True(float.IsNaN(FloatFunctions.Log(float.NaN)));
    }

    [Fact]
    public void VectorWidths_GiveTheScalarBits()
    {
        Compare<Lanes128, Vector128<float>>();
        Compare<Lanes256, Vector256<float>>();
        Compare<Lanes512, Vector512<float>>();
    }

    private static unsafe void Compare<TLanes, TVector>()
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        float[] special = [0, -0f, 1, -1, 89, 88.72283f, -103.97f, -104.5f, -87.4f, 1e-40f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, 1e-45f];
        var random = new Random(2);
        float* x = stackalloc float[16];
        float* y = stackalloc float[16];
        for (int round = 0; round < 5000; round++)
        {
            for (int i = 0; i < 16; i++) x[i] = round == 0 ? special[i] : (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-5, 3)));
            for (int group = 0; group < 16; group += TLanes.Lanes) TLanes.Store(FloatFunctions.Exp<TLanes, TVector>(TLanes.Load(x + group)), y + group);
            for (int i = 0; i < 16; i++) AssertBits(FloatFunctions.Exp(x[i]), y[i], x[i]);
            for (int group = 0; group < 16; group += TLanes.Lanes) TLanes.Store(FloatFunctions.Log<TLanes, TVector>(TLanes.Load(x + group)), y + group);
            for (int i = 0; i < 16; i++) AssertBits(FloatFunctions.Log(x[i]), y[i], x[i]);
        }
    }

    private static void AssertBits(float expected, float actual, float x)
    {
        if (float.IsNaN(expected) && float.IsNaN(actual)) return;
        if (BitConverter.SingleToInt32Bits(expected) != BitConverter.SingleToInt32Bits(actual)) Assert.Fail($"at {x:R}: {expected:R} and {actual:R}");
    }

    private static void CheckLog(float x)
    {
        double expected = Math.Log(x);
        if (!(Ulps(expected, FloatFunctions.Log(x)) <= AllowedUlps)) Assert.Fail($"log({x:R}) = {FloatFunctions.Log(x):R}, expected {expected:R}");
    }

    /// <summary>Distance in units in the last place of the float next to the true value; below the smallest normal number the unit is constant.</summary>
    private static double Ulps(double expected, float actual)
    {
        if (Math.Abs(expected) > float.MaxValue) return float.IsInfinity(actual) ? 0 : double.PositiveInfinity;
        float nearest = Math.Abs((float)expected);
        double unit = MathF.BitIncrement(nearest) - nearest;
        return Math.Abs(actual - expected) / unit;
    }
}
