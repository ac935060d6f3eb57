// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

public sealed class ActivationKernelTests
{
    private static readonly Activation[] Chains =
    [
        Activation.Identity,
        Activation.Rectifier,
        Activation.Rectifier with { Low = -1, High = 1 },
        Activation.Rectifier with { Scale = 2, Low = -0.5f, High = 0.5f },
        Activation.Identity with { Scale = 0.25f },
        Activation.Identity with { Low = -0.5f, High = 0.5f },
        Activation.Identity with { Scale = 4, Low = 0.25f, High = 0.25f },
    ];

    [Fact]
    public void Kernels_AllWidths_EqualTheReferenceBitForBit()
    {
        var random = new Random(3);
        foreach (Activation chain in Chains)
            foreach (int pixels in new[] { 1, 2, 15, 33 })
                foreach (int lanes in LaneBlocks.LaneCounts)
                {
                    float[] x = LaneBlocks.Random(random, pixels, lanes);
                    float[] dy = LaneBlocks.Random(random, pixels, lanes);
                    float[] y = new float[x.Length], dx = new float[x.Length];
                    var masks = new ushort[pixels];
                    ActivationReference.Forward(chain, x, pixels, lanes, y, masks);
                    ActivationReference.Backward(chain.Scale, dy, masks, pixels, lanes, dx);
                    foreach (VectorWidth vector in LaneBlocks.Widths)
                    {
                        float[] output = LaneBlocks.Filled(x.Length), gradient = LaneBlocks.Filled(x.Length);
                        var bits = new ushort[pixels];
                        ActivationKernel.Forward(vector, chain, x, pixels, lanes, output, bits);
                        LaneBlocks.AssertSameBits(y, output, lanes, $"{vector} {chain}");
                        for (int i = 0; i < pixels; i++) Assert.Equal(masks[i] & (1 << lanes) - 1, bits[i] & (1 << lanes) - 1);
                        ActivationKernel.Backward(vector, chain.Scale, dy, bits, pixels, lanes, gradient);
                        LaneBlocks.AssertSameBits(dx, gradient, lanes, $"{vector} {chain} gradient");
                    }
                }
    }

    [Fact]
    public void Masks_AtTheBounds_FollowTheRules()
    {
        // The clamp passes at both bounds, the rectifier only above zero; not-a-number is passed on and has no gradient.
        float[] x = [-2, -1, 0, -0f, 1e-45f, 0.5f, 1, 1.0000001f, float.NaN, 2, 3, 4, 5, 6, 7, 8];
        foreach (VectorWidth vector in LaneBlocks.Widths)
        {
            var y = new float[16];
            var masks = new ushort[1];
            ActivationKernel.Forward(vector, Activation.Identity with { Low = -1, High = 1 }, x, 1, 16, y, masks);
            Assert.Equal(0b0_0111_1110, masks[0] & 0x1ff);
            Assert.Equal(-1, y[0]);
            Assert.Equal(1, y[7]);
            Assert.True(float.IsNaN(y[8]));
            ActivationKernel.Forward(vector, Activation.Rectifier, x, 1, 16, y, masks);
            Assert.Equal(0b0_1111_0000, masks[0] & 0x1ff);
            Assert.Equal(0, BitConverter.SingleToInt32Bits(y[3]));
            Assert.True(float.IsNaN(y[8]));
        }
    }

    [Fact]
    public void Then_JoinsOnlyWhatOnePassCanDo()
    {
        Activation clamp = Activation.Identity with { Low = -1, High = 1 };
        Activation scale = Activation.Identity with { Scale = 2 };
        Assert.Equal(new Activation(true, 2, -1, 1), Activation.Rectifier.Then(scale)!.Value.Then(clamp));
        Assert.Null(clamp.Then(scale));
        Assert.Null(clamp.Then(clamp));
        Assert.Null(scale.Then(scale));
        Assert.Null(scale.Then(Activation.Rectifier));
        Assert.Equal(clamp, Activation.Identity.Then(clamp));
    }

    [Fact]
    public void PenaltyAndChainInOnePass_AllWidths_EqualTheReferencesOneAfterTheOther()
    {
        const int Channels = 3, Pixels = 35, Values = Channels * Pixels;
        var random = new Random(9);
        foreach (int lanes in LaneBlocks.LaneCounts)
            foreach (bool rectified in new[] { false, true })
            {
                Activation chain = Activation.Identity with { Scale = 2, Low = -0.75f, High = 0.75f };
                float[] x = LaneBlocks.Random(random, Values, lanes), dy = LaneBlocks.Random(random, Values, lanes);
                var rectifier = new ushort[Values];
                if (rectified) ActivationReference.Forward(Activation.Rectifier, [.. x], Values, lanes, x, rectifier);
                float[] y = LaneBlocks.Random(random, Values, lanes), dx = LaneBlocks.Random(random, Values, lanes), expectedOutput = [.. y], expectedGradient = [.. dx];
                var masks = new ushort[Values];
                var sums = new double[16];
                PenaltyReference.SumOfSquares(Channels, Pixels, x, lanes, sums);
                ActivationReference.Forward(chain, x, Values, lanes, expectedOutput, masks);
                ActivationReference.Backward(chain.Scale, dy, masks, Values, lanes, expectedGradient);
                PenaltyReference.Backward(Values, 0.3f, x, lanes, accumulate: true, expectedGradient);
                if (rectified) ActivationReference.Backward(1, expectedGradient, rectifier, Values, lanes, expectedGradient);
                foreach (VectorWidth vector in LaneBlocks.Widths)
                {
                    float[] output = [.. y], gradient = [.. dx];
                    var bits = new ushort[Values];
                    var squares = new double[16];
                    PenalizedChainKernel.Forward(vector, chain, Channels, Pixels, x, lanes, output, bits, squares);
                    PenalizedChainKernel.Backward(vector, chain.Scale, 0.3f, rectified, x, dy, bits, Values, lanes, gradient);
                    uint used = (1u << lanes) - 1;
                    Assert.Equal(masks.Select(mask => mask & used), bits.Select(mask => mask & used));
                    Assert.Equal(sums[..lanes], squares[..lanes]);
                    LaneBlocks.AssertSameBits(expectedOutput, output, lanes, $"{vector} chain");
                    LaneBlocks.AssertSameBits(expectedGradient, gradient, lanes, $"{vector} gradient");
                }
            }
    }

    [Fact]
    public void Penalty_AllWidths_EqualTheReferenceBitForBit()
    {
        var random = new Random(6);
        foreach (int lanes in LaneBlocks.LaneCounts)
            foreach (bool accumulate in new[] { false, true })
            {
                float[] x = LaneBlocks.Random(random, 3 * 35, lanes);
                float[] before = LaneBlocks.Random(random, 3 * 35, lanes);
                float[] expected = [.. before];
                var sums = new double[16];
                PenaltyReference.SumOfSquares(3, 35, x, lanes, sums);
                PenaltyReference.Backward(3 * 35, 0.3f, x, lanes, accumulate, expected);
                foreach (VectorWidth vector in LaneBlocks.Widths)
                {
                    float[] actual = [.. before];
                    var actualSums = new double[16];
                    PenaltyKernel.SumOfSquares(vector, 3, 35, x, lanes, actualSums);
                    PenaltyKernel.Backward(vector, 3 * 35, 0.3f, x, lanes, accumulate, actual);
                    Assert.Equal(sums[..lanes], actualSums[..lanes]);
                    LaneBlocks.AssertSameBits(expected, actual, $"{vector} penalty");
                }
            }
    }
}
