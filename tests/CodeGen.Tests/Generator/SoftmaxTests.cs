// SPDX-License-Identifier: MIT
using Ai8x.CodeGen.Output;

namespace Ai8x.CodeGen.Tests.Generator;

/// <summary>The fixed-point soft-max at values that can be worked by hand: it is a soft-max to base 2 with whole exponents.</summary>
public sealed class SoftmaxTests
{
    [Fact]
    public void EqualLogits_ShareEvenly() => Assert.Equal([16384, 16384], FixedPointSoftmax.Compute([5, 5], 0));

    [Fact]
    public void SingleLogit_TakesAll() => Assert.Equal([32767], FixedPointSoftmax.Compute([-123456], 0));

    // 2^16 + 2^15 parts: two thirds and one third of 2^32 / (3 * 2^15) = 43,690.
    [Fact]
    public void OneStepBelow_CountsHalf() => Assert.Equal([21845, 10922], FixedPointSoftmax.Compute([1 << 14, 0], 0));

    [Fact]
    public void LogitsSixteenStepsBelow_CountNothing() => Assert.Equal([32767, 0], FixedPointSoftmax.Compute([16 << 14, 0], 0));

    [Fact]
    public void Shift_ScalesTheLogitsFirst() => Assert.Equal(FixedPointSoftmax.Compute([1 << 14, 0], 0), FixedPointSoftmax.Compute([1 << 10, 0], 4));

    [Fact]
    public void NoLogits_AreRefused() => Assert.Throws<ArgumentException>(() => FixedPointSoftmax.Compute([], 0));
}
