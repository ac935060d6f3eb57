// SPDX-License-Identifier: MIT
using Ai8x.Datasets.Speech;

namespace Ai8x.Datasets.Tests.Speech;

public sealed class FourierTransformTests
{
    [Fact]
    public void SinCos_IsAccurateEverywhereAndExactAtQuarters()
    {
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            double turns = (random.NextDouble() - 0.5) * 4;
            (double sin, double cos) = Turns.SinCos(turns);
            Assert.Equal(Math.Sin(turns * Math.Tau), sin, 1e-14);
            Assert.Equal(Math.Cos(turns * Math.Tau), cos, 1e-14);
        }

        Assert.Equal([(0.0, 1.0), (1.0, 0.0), (0.0, -1.0), (-1.0, 0.0), (0.0, 1.0)], [.. Enumerable.Range(0, 5).Select(i => Rounded(Turns.SinCos(i * 0.25)))]);
        static (double Sin, double Cos) Rounded((double Sin, double Cos) value) => (value.Sin + 0.0, value.Cos + 0.0);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(64)]
    [InlineData(512)]
    public void Transform_IsTheSumOfItsDefinition_AndTurnsBack(int length)
    {
        var random = new Random(length);
        double[] real = [.. Enumerable.Range(0, length).Select(_ => random.NextDouble() - 0.5)];
        double[] imaginary = [.. Enumerable.Range(0, length).Select(_ => random.NextDouble() - 0.5)];
        double[] re = [.. real];
        double[] im = [.. imaginary];
        var transform = new FourierTransform(length);
        transform.Transform(re, im);
        for (int k = 0; k < length; k++)
        {
            double sumRe = 0;
            double sumIm = 0;
            for (int n = 0; n < length; n++)
            {
                double angle = -Math.Tau * (k * n % length) / length;
                sumRe += (real[n] * Math.Cos(angle)) - (imaginary[n] * Math.Sin(angle));
                sumIm += (real[n] * Math.Sin(angle)) + (imaginary[n] * Math.Cos(angle));
            }

            Assert.Equal(sumRe, re[k], 1e-12);
            Assert.Equal(sumIm, im[k], 1e-12);
        }

        transform.Transform(im, re);
        for (int n = 0; n < length; n++)
        {
            Assert.Equal(real[n], re[n] / length, 1e-14);
            Assert.Equal(imaginary[n], im[n] / length, 1e-14);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(12)]
    public void OtherLengths_AreRefused(int length) => Assert.ThrowsAny<ArgumentException>(() => new FourierTransform(length));
}
