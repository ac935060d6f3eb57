// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.Quant.Tests;

/// <summary>Worked examples of the chip's arithmetic.</summary>
public sealed class IntegerReferenceTests
{
    [Fact]
    public void Convolution_AddsBiasShiftsRoundsAndActivates()
    {
        NetworkDescription description = Samples.Description(Samples.Conv(1, 0) with { OutputShift = 1, Activation = ActivationKind.Relu });
        QuantizedNetwork network = Samples.Integers(new(1, 1, 3), description, Samples.Arrays([1, 3, 1, 1], 100, -50, 27) with { Bias = [-3] });
        Assert.Equal([31], IntegerReference.Run(network, [90, 64, -128])[0]);
    }

    [Fact]
    public void SmallWeights_AreCompensatedByTheTotalShift()
    {
        NetworkDescription description = Samples.Description(Samples.Conv(1, 0) with { OutputShift = 1, WeightBits = 4 });
        QuantizedNetwork network = Samples.Integers(new(1, 1, 3), description, Samples.Arrays([1, 3, 1, 1], 6, -3, 1) with { Bias = [-3] });
        Assert.Equal([-41], IntegerReference.Run(network, [90, 64, -128])[0]);
    }

    [Fact]
    public void WideOutput_IsTheAccumulator()
    {
        NetworkDescription description = Samples.Description(Samples.Conv(1, 0) with { OutputShift = 1, OutputWidth = 32 });
        QuantizedNetwork network = Samples.Integers(new(1, 1, 3), description, Samples.Arrays([1, 3, 1, 1], 100, -50, 27) with { Bias = [-3] });
        Assert.Equal([1960], IntegerReference.Run(network, [90, 64, -128])[0]);
    }

    [Fact]
    public void Convolution_DoesNotTurnTheKernelAndPadsWithZeros()
    {
        NetworkDescription description = Samples.Description(Samples.Conv(3, 1) with { OutputWidth = 32 });
        QuantizedNetwork network = Samples.Integers(new(2, 2, 1), description, Samples.Arrays([1, 1, 3, 3], 1, 2, 3, 4, 5, 6, 7, 8, 9));
        // Pixel (0, 0) meets taps 5, 6, 8, 9; pixel (1, 1) meets taps 1, 2, 4, 5.
        Assert.Equal([5 * 1 + 6 * 2 + 8 * 3 + 9 * 4, 4 + 10 + 21 + 32, 2 + 6 + 15 + 24, 1 + 4 + 12 + 20], IntegerReference.Run(network, [1, 2, 3, 4])[0]);
    }

    [Theory]
    [InlineData(PoolingKind.Max, false, -1)]
    [InlineData(PoolingKind.Average, false, -2)]
    [InlineData(PoolingKind.Average, true, -3)]
    public void Pooling_TakesTheMaximumOrTheMean(PoolingKind kind, bool round, int expected)
    {
        NetworkDescription description = Samples.Description(Samples.Conv(1, 0) with { Pooling = new(kind, 2, 2, 2), OutputWidth = 32 });
        QuantizedNetwork network = Quantizer.FromIntegers("n", new(2, 2, 1), description, [Samples.Arrays([1, 1, 1, 1], 1)], new() { RoundAveragePooling = round });
        Assert.Equal([expected], IntegerReference.Run(network, [-3, -4, -3, -1])[0]);
    }

    [Fact]
    public void StrideWithoutWindow_TakesEveryOtherPixel()
    {
        NetworkDescription description = Samples.Description(Samples.Conv(1, 0) with { Pooling = new(PoolingKind.Max, 1, 1, 2), OutputWidth = 32 });
        QuantizedNetwork network = Samples.Integers(new(3, 3, 1), description, Samples.Arrays([1, 1, 1, 1], 1));
        Assert.Equal([1, 3, 7, 9], IntegerReference.Run(network, [1, 2, 3, 4, 5, 6, 7, 8, 9])[0]);
    }

    [Fact]
    public void AbsoluteValueOfMinus128_Is127()
    {
        NetworkDescription description = Samples.Description(Samples.Conv(1, 0) with { Activation = ActivationKind.Abs });
        QuantizedNetwork network = Samples.Integers(new(1, 1, 1), description, Samples.Arrays([2, 1, 1, 1], -128, 1));
        Assert.Equal([127, 1], IntegerReference.Run(network, [127])[0]);
    }

    [Fact]
    public void Flatten_CountsChannelRowColumn()
    {
        NetworkDescription description = Samples.Description(Samples.Linear(true) with { OutputWidth = 32 });
        QuantizedNetwork network = Samples.Integers(new(1, 2, 2), description, Samples.Arrays([1, 4], 1, 10, 100, 0));
        Assert.Equal([1 + 20 + 300], IntegerReference.Run(network, [1, 2, 3, 4])[0]);
    }

    [Fact]
    public void SampleOfAnotherSize_IsRefused()
    {
        QuantizedNetwork network = Samples.Integers(new(1, 1, 3), Samples.Description(Samples.Conv(1, 0)), Samples.Zeros(1, 3, 1, 1));
        Assert.Throws<ArgumentException>(() => IntegerReference.Run(network, [1, 2]));
    }
}
