// SPDX-License-Identifier: MIT
using System.Runtime.Intrinsics;
using Ai8x.Max78000Sim.Engine;

namespace Ai8x.Max78000Sim.Tests;

public sealed class ArithmeticTests
{
    [Theory]
    [InlineData(63, 0, 0)]
    [InlineData(64, 0, 1)]
    [InlineData(-64, 0, 0)]
    [InlineData(-65, 0, -1)]
    [InlineData(-192, 0, -1)]
    [InlineData(32, 1, 1)]
    [InlineData(-32, 1, 0)]
    [InlineData(127, -3, 0)]
    [InlineData(512, -3, 1)]
    [InlineData(-512, -3, 0)]
    [InlineData(-513, -3, -1)]
    [InlineData(1, 7, 1)]
    [InlineData(1, 8, 2)]
    [InlineData(-1, 8, -2)]
    [InlineData(16256, 0, 127)]
    [InlineData(16320, 0, 127)]
    [InlineData(-16449, 0, -128)]
    public void Scale_RoundsHalvesUpAndSaturates(int sum, int shift, int expected) => Assert.Equal(expected, Scale(sum, shift));

    [Fact]
    public void Scale_ForEveryShift_EqualsTheRealFormula()
    {
        var random = new Random(1);
        for (int shift = -15; shift <= 15; shift++)
        {
            for (int i = 0; i < 2000; i++)
            {
                int sum = random.Next(-(1 << 30), 1 << 30) >> random.Next(0, 30);
                decimal factor = shift >= 0 ? 1 << shift : 1m / (1 << -shift);
                decimal expected = Math.Clamp(Math.Floor(0.5m + sum * factor / 128), -128, 127);
                Assert.Equal((int)expected, Scale(sum, shift));
            }
        }
    }

    private static int Scale(int sum, int shift)
    {
        // Every lane gives the same.
        Vector128<int> sums = Vector128.Create(sum);
        Vector128<sbyte> scaled = Arithmetic.Scale(sums, sums, sums, sums, shift);
        Assert.Equal(Vector128.Create(scaled[0]), scaled);
        return scaled[0];
    }

    [Theory]
    [InlineData(-3, 0, -1)]
    [InlineData(-11, -2, -3)]
    [InlineData(3, 0, 1)]
    [InlineData(507, 126, 127)]
    [InlineData(-511, -127, -128)]
    [InlineData(-2, 0, -1)]
    [InlineData(-6, -1, -2)]
    public void Average_CutsTowardsZero_OrRoundsHalvesAway(int total, int truncated, int rounded)
    {
        Assert.Equal(truncated, Arithmetic.Average(Vector128.Create((short)total), 4, false)[0]);
        Assert.Equal(rounded, Arithmetic.Average(Vector128.Create((short)total), 4, true)[3]);
    }

    [Fact]
    public void Average_IsExactForEverySumOfEveryWindow()
    {
        for (int count = 1; count <= 256; count++)
        {
            for (int first = -128 * count; first <= 127 * count; first += 4)
            {
                Vector128<short> sums = Vector128.Create((short)first) + Vector128.Create(0, 1, 2, 3, 0, 0, 0, 0);
                Vector128<short> cut = Arithmetic.Average(sums, count, false), rounded = Arithmetic.Average(sums, count, true);
                for (int lane = 0; lane < 4; lane++)
                {
                    int sum = sums[lane], magnitude = Math.Abs(sum);
                    int nearest = magnitude / count + (2 * (magnitude % count) >= count ? 1 : 0);
                    if (cut[lane] != sum / count || rounded[lane] != Math.Sign(sum) * nearest)
                        Assert.Fail($"sum {sum} of {count} values gives {cut[lane]} and {rounded[lane]}");
                }
            }
        }
    }

    [Fact]
    public void Activations_KeepTheByteRange()
    {
        Assert.Equal(0, Arithmetic.Relu(Vector128.Create<sbyte>(-5))[3]);
        Assert.Equal(5, Arithmetic.Relu(Vector128.Create<sbyte>(5))[7]);
        for (int value = -128; value <= 127; value++)
            Assert.Equal(Math.Min(Math.Abs(value), 127), Arithmetic.Absolute(Vector128.Create((sbyte)value))[15]);
    }

    [Fact]
    public void ElementWise_CombinesAtFullWidth()
    {
        static int All(ElementWise function, params int[] values) =>
            Arithmetic.Saturate(values[1..].Aggregate(Vector128.Create((short)values[0]), (a, b) => Arithmetic.Combine(function, a, Vector128.Create((short)b))))[2];

        Assert.Equal(127, All(ElementWise.Add, 100, 100));
        Assert.Equal(100, All(ElementWise.Add, 100, 100, -100));
        Assert.Equal(-128, All(ElementWise.Add, [.. Enumerable.Repeat(-128, 16)]));
        Assert.Equal(127, All(ElementWise.Subtract, [.. Enumerable.Repeat(127, 1), .. Enumerable.Repeat(-128, 15)]));
        Assert.Equal(-128, All(ElementWise.Subtract, -100, 100, 127));
        Assert.Equal(-3, All(ElementWise.Or, 5, -3));
        Assert.Equal(-16, All(ElementWise.Xor, -7, 9));
    }

    [Theory]
    [InlineData(0x8f, 0, 4, -1)]
    [InlineData(0x8f, 4, 4, -8)]
    [InlineData(0xb4, 0, 2, 0)]
    [InlineData(0xb4, 2, 2, 1)]
    [InlineData(0xb4, 4, 2, -1)]
    [InlineData(0xb4, 6, 2, -2)]
    [InlineData(0x80, 7, 1, -1)]
    [InlineData(0x80, 6, 1, 0)]
    [InlineData(0x80, 0, 8, -128)]
    public void Weight_IsSignExtended(byte packed, int bit, int bits, int expected) => Assert.Equal(expected, Arithmetic.Weight(packed, bit, bits));
}
