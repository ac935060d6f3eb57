// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Tests;

public sealed class OptimizerKernelsTests
{
    [Fact]
    public void Adam_AllWidthsAndLengths_EqualThePlainFormula()
    {
        const float Rate = 0.01f, Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-7f;
        foreach (VectorWidth width in LaneBlocks.Widths)
        {
            using var context = new ComputeContext(1, width);
            for (int length = 0; length < 70; length++)
            {
                var random = new Random(length);
                float[] w = LaneBlocks.Values(random, length), m = LaneBlocks.Values(random, length), g = LaneBlocks.Values(random, length);
                float[] v = [.. LaneBlocks.Values(random, length).Select(MathF.Abs)];
                float[] w2 = [.. w], m2 = [.. m], v2 = [.. v];
                for (int i = 0; i < length; i++)
                {
                    m2[i] = MathF.FusedMultiplyAdd(1 - Beta1, g[i] - m2[i], m2[i]);
                    v2[i] = MathF.FusedMultiplyAdd(1 - Beta2, g[i] * g[i] - v2[i], v2[i]);
                    w2[i] -= Rate * m2[i] / (MathF.Sqrt(v2[i]) + Epsilon);
                }
                OptimizerKernels.Adam(w, g, m, v, Rate, Beta1, Beta2, Epsilon, context);
                LaneBlocks.AssertSameBits(m2, m, $"{width} m");
                LaneBlocks.AssertSameBits(v2, v, $"{width} v");
                LaneBlocks.AssertSameBits(w2, w, $"{width} w");
            }
        }
    }

    [Fact]
    public void Adam_OneStepFromZero_MatchesTheTextbook()
    {
        // With lr_t = lr * sqrt(1 - b2) / (1 - b1) the first step is nearly lr times the sign of the gradient.
        float[] w = [1, 1], g = [0.5f, -2], m = [0, 0], v = [0, 0];
        using var context = new ComputeContext(1);
        OptimizerKernels.Adam(w, g, m, v, (float)(0.1 * Math.Sqrt(1 - 0.999) / (1 - 0.9)), 0.9f, 0.999f, 1e-7f, context);
        Assert.Equal(0.9f, w[0], 1e-4f);
        Assert.Equal(1.1f, w[1], 1e-4f);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.9f)]
    public void Sgd_AllWidthsAndLengths_EqualThePlainFormula(float momentum)
    {
        foreach (VectorWidth width in LaneBlocks.Widths)
        {
            using var context = new ComputeContext(1, width);
            for (int length = 0; length < 40; length++)
            {
                var random = new Random(length);
                float[] w = LaneBlocks.Values(random, length), g = LaneBlocks.Values(random, length), u = momentum == 0 ? [] : LaneBlocks.Values(random, length);
                float[] w2 = [.. w], u2 = [.. u];
                for (int i = 0; i < length; i++)
                {
                    if (momentum == 0)
                    {
                        w2[i] -= 0.1f * g[i];
                        continue;
                    }
                    u2[i] = momentum * u2[i] - 0.1f * g[i];
                    w2[i] += u2[i];
                }
                OptimizerKernels.Sgd(w, g, u, 0.1f, momentum, context);
                LaneBlocks.AssertSameBits(w2, w, $"{width} w");
                LaneBlocks.AssertSameBits(u2, u, $"{width} u");
            }
        }
    }

    [Fact]
    public void DifferentLengths_AreRefused()
    {
        using var context = new ComputeContext(1);
        Assert.Throws<ArgumentException>(() => OptimizerKernels.Adam(new float[2], new float[3], new float[2], new float[2], 1, 0, 0, 1, context));
        Assert.Throws<ArgumentException>(() => OptimizerKernels.Adam(new float[2], new float[2], new float[1], new float[2], 1, 0, 0, 1, context));
        Assert.Throws<ArgumentException>(() => OptimizerKernels.Adam(new float[2], new float[2], new float[2], new float[3], 1, 0, 0, 1, context));
        Assert.Throws<ArgumentException>(() => OptimizerKernels.Sgd(new float[2], new float[1], [], 1, 0, context));
        Assert.Throws<ArgumentException>(() => OptimizerKernels.Sgd(new float[2], new float[2], [], 1, 0.5f, context));
    }
}
