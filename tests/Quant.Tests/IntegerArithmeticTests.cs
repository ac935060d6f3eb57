// SPDX-License-Identifier: MIT
namespace Ai8x.Quant.Tests;

/// <summary>Roundings at their borders; the tables are worked by hand.</summary>
public sealed class IntegerArithmeticTests
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
    [InlineData(16320, 0, 127)]
    [InlineData(-16449, 0, -128)]
    [InlineData(268435456, 15, 127)]
    public void Shift_RoundsHalvesUpAndSaturates(int accumulator, int shift, int expected) =>
        Assert.Equal(expected, IntegerArithmetic.ShiftRoundHalfUpSaturate(accumulator, shift));

    [Theory]
    [InlineData(0.5f / 128, 0)]
    [InlineData(1.5f / 128, 2)]
    [InlineData(2.5f / 128, 2)]
    [InlineData(-0.5f / 128, 0)]
    [InlineData(-1.5f / 128, -2)]
    [InlineData(127.4f / 128, 127)]
    [InlineData(1.0f, 127)]
    [InlineData(-1.0f, -128)]
    [InlineData(-7.0f, -128)]
    public void Weight_IsClampedThenRoundedHalfToEven(float value, int expected) => Assert.Equal(expected, IntegerArithmetic.ClampThenRoundHalfToEven(value, 128));

    [Theory]
    [InlineData(-3, 4, 0, -1)]
    [InlineData(-11, 4, -2, -3)]
    [InlineData(3, 4, 0, 1)]
    [InlineData(507, 4, 126, 127)]
    [InlineData(-511, 4, -127, -128)]
    [InlineData(-2, 4, 0, -1)]
    [InlineData(-6, 4, -1, -2)]
    public void Mean_IsCutTowardsZeroOrRoundedAwayFromZero(int sum, int count, int cut, int rounded)
    {
        Assert.Equal(cut, IntegerArithmetic.MeanTowardsZero(sum, count));
        Assert.Equal(rounded, IntegerArithmetic.MeanHalfAwayFromZero(sum, count));
    }
}
