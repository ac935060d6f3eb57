// SPDX-License-Identifier: MIT
using Ai8x.Autograd;
using Ai8x.Tensors;

namespace Ai8x.Layers.Tests;

public class InitializerTests
{
    private static Sequential Definition() => new(
        "m", new SampleShape(8, 8, 3), new FusedConv2DReLU(16, 3), new FusedConv2DReLU(16, 3), new Flatten(), new FusedDense(4));

    [Fact]
    public void Build_WithTheSameSeed_GivesTheSameBits()
    {
        Model first = Definition().Build(7), second = Definition().Build(7);

        Assert.All(first.Parameters.Zip(second.Parameters), pair => Assert.Equal(pair.First.Value, pair.Second.Value));
    }

    [Fact]
    public void Build_WithAnotherSeed_GivesOtherKernels()
    {
        Model first = Definition().Build(7), second = Definition().Build(8);

        Assert.All(first.Parameters.Zip(second.Parameters).Where(pair => pair.First.Name.EndsWith("kernel", StringComparison.Ordinal)), pair => Assert.NotEqual(pair.First.Value.ToArray(), pair.Second.Value.ToArray()));
    }

    [Fact]
    public void Build_TwoLayersOfEqualShape_DrawDifferentNumbers()
    {
        var model = new Sequential("m", new SampleShape(1, 1, 4), new Dense(4), new Dense(4)).Build(7);

        Assert.NotEqual(model.Parameters[0].Value.ToArray(), model.Parameters[2].Value.ToArray());
    }

    [Fact]
    public void GlorotUniform_FillsTheWholeRangeEvenly()
    {
        Parameter kernel = new Sequential("m", new SampleShape(1, 1, 400), new Dense(200)).Build(3).Parameters[0];
        double limit = Math.Sqrt(6.0 / 600);

        double mean = 0, square = 0, largest = 0;
        foreach (float value in kernel.Value)
        {
            mean += value / (double)kernel.Count;
            square += value * (double)value / kernel.Count;
            largest = Math.Max(largest, Math.Abs(value));
        }

        Assert.InRange(mean, -limit / 100, limit / 100);
        Assert.InRange(square, limit * limit / 3 * 0.98, limit * limit / 3 * 1.02);
        Assert.InRange(largest, limit * 0.999, limit * 1.000001);
    }

    [Fact]
    public void GlorotUniform_OfAConvolution_CountsTheKernelArea() =>
        Assert.Equal(Math.Sqrt(6.0 / (27 + 144)), GlorotUniform.Limit(3 * 9, 16 * 9), 1e-7);

    [Fact]
    public void Bias_StartsAtZero() => Assert.All(Definition().Build(7).Parameters.Where(p => p.Name.EndsWith("bias", StringComparison.Ordinal)), p => Assert.All(p.Value.ToArray(), value => Assert.Equal(0, BitConverter.SingleToInt32Bits(value))));

    [Fact]
    public void Parameters_AreNamedByLayerInOrderOfExecution()
    {
        Model model = Definition().Build(0);

        Assert.Equal(
            ["conv2d/kernel", "conv2d/bias", "conv2d_1/kernel", "conv2d_1/bias", "dense/kernel", "dense/bias"],
            model.Parameters.Select(parameter => parameter.Name));
        Assert.Equal([16, 3, 3, 3], model.Parameters[0].Shape);
        Assert.Equal([4, 256], model.Parameters[4].Shape);
        Assert.Equal(model.Parameters, model.Tape.Parameters);
    }

    public static TheoryData<Initializer, double> Variances => new()
    {
        { GlorotUniform.Instance, 2.0 / (400 + 100) },
        { GlorotNormal.Instance, 2.0 / (400 + 100) },
        { HeUniform.Instance, 2.0 / 400 },
        { HeNormal.Instance, 2.0 / 400 },
    };

    [Theory]
    [MemberData(nameof(Variances), DisableDiscoveryEnumeration = true)]
    public void Initializer_HasItsMeanVarianceAndRange(Initializer initializer, double variance)
    {
        Parameter kernel = new Sequential("m", new SampleShape(1, 1, 400), new Dense(100, kernelInitializer: initializer)).Build(3).Parameters[0];
        double[] values = [.. kernel.Value.ToArray().Select(value => (double)value)];
        double deviation = Math.Sqrt(variance);
        bool uniform = initializer is GlorotUniform or HeUniform;
        double limit = deviation * (uniform ? Math.Sqrt(3) : 2 / 0.87962566103423978);

        Assert.InRange(values.Average(), -deviation / 50, deviation / 50);
        Assert.InRange(values.Average(value => value * value), variance * 0.98, variance * 1.02);
        Assert.InRange(values.Max(Math.Abs), limit * 0.99, limit * 1.00001);

        // A cut normal distribution has more near its middle than a uniform one: 52 % within a third of the cut, where a uniform one has 33 %.
        double middle = values.Count(value => Math.Abs(value) < limit / 3) / (double)values.Length;
        if (uniform) Assert.InRange(middle, 0.32, 0.35);
        else Assert.InRange(middle, 0.50, 0.54);
    }

    [Fact]
    public void NormalInitializer_DependsOnSeedAndParameterOnly()
    {
        Sequential Make() => new("m", new SampleShape(1, 1, 5), new Dense(7, kernelInitializer: HeNormal.Instance), new Dense(7, kernelInitializer: HeNormal.Instance));

        Assert.Equal(Make().Build(3).Parameters[0].Value, Make().Build(3).Parameters[0].Value);
        Assert.NotEqual(Make().Build(3).Parameters[0].Value.ToArray(), Make().Build(4).Parameters[0].Value.ToArray());
        Assert.NotEqual(Make().Build(3).Parameters[0].Value[..5].ToArray(), Make().Build(3).Parameters[2].Value[..5].ToArray());
    }

    [Fact]
    public void TransposedKernel_ExchangesTheFans_AsKerasDoes()
    {
        Parameter kernel = new Sequential("m", new SampleShape(2, 2, 3), new FusedConv2DTranspose(40, kernelInitializer: HeUniform.Instance)).Build(3).Parameters[0];

        Assert.Equal([40, 3, 3, 3], kernel.Shape);
        Assert.InRange(kernel.Value.ToArray().Max(Math.Abs), 0.99 * HeUniform.Limit(9 * 40), HeUniform.Limit(9 * 40));
    }
}
