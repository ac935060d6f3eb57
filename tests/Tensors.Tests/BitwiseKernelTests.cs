// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

public sealed class BitwiseKernelTests
{
    [Theory]
    [InlineData(5, -3, -3, -8)]
    [InlineData(-7, 9, -7, -16)]
    [InlineData(127, -128, -1, -1)]
    [InlineData(0, 0, 0, 0)]
    [InlineData(-1, 1, -1, -2)]
    public void Kernels_OfBytes_WorkOnTwosComplement(int a, int b, int or, int exclusive)
    {
        float[] result = new float[1];
        BitwiseKernel.Or([a / 128f], [b / 128f], result);
        Assert.Equal(or / 128f, result[0]);
        BitwiseKernel.Xor([a / 128f], [b / 128f], result);
        Assert.Equal(exclusive / 128f, result[0]);
    }

    [Theory]
    [InlineData(1f, 127)]
    [InlineData(5f, 127)]
    [InlineData(-5f, -128)]
    [InlineData(float.PositiveInfinity, 127)]
    [InlineData(float.NegativeInfinity, -128)]
    [InlineData(2.5f / 128, 2)]
    [InlineData(3.5f / 128, 4)]
    [InlineData(-2.5f / 128, -2)]
    public void Operand_BecomesAByte_RoundedToEvenAndSaturated(float value, int expected)
    {
        float[] result = new float[1];
        BitwiseKernel.Or([value], [0f], result);
        Assert.Equal(expected / 128f, result[0]);
    }

    [Fact]
    public void NotANumber_PassesThrough()
    {
        float[] result = new float[1];
        BitwiseKernel.Xor([float.NaN], [0.5f], result);
        Assert.True(float.IsNaN(result[0]));
        BitwiseKernel.Or([0.5f], [float.NaN], result);
        Assert.True(float.IsNaN(result[0]));
    }
}
