// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;
using Ai8x.Tensors.Kernels.Single;

namespace Ai8x.Tensors.Tests;

public sealed class ChannelFilterTests(ComputeContexts contexts) : IClassFixture<ComputeContexts>
{
    private const float InputDivisor = 128;

    /// <summary>Input and output channels, height, width, padding of the rows and of the columns.</summary>
    public static TheoryData<int, int, int, int, int, int> Shapes => new()
    {
        { 16, 16, 4, 4, 1, 1 },
        { 16, 20, 5, 7, 1, 1 },
        { 17, 19, 6, 4, 0, 1 },
        { 17, 16, 6, 6, 0, 0 },
        { 20, 44, 16, 16, 1, 1 },
        { 64, 30, 8, 16, 1, 1 },
        { 16, 16, 2, 2, 2, 2 },
        { 33, 50, 5, 5, 2, 2 },
        { 31, 64, 7, 6, 1, 2 },
        { 48, 17, 4, 9, 2, 0 },
        { 18, 100, 3, 13, 2, 1 },
        { 40, 24, 9, 3, 1, 2 },
        { 130, 33, 4, 5, 1, 1 },
        { 16, 72, 11, 10, 0, 2 },
        { 25, 49, 15, 5, 2, 1 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Filter_AllWidths_EqualsTheReferenceBitForBit(int inputs, int outputs, int height, int width, int paddingRows, int paddingColumns)
    {
        var shape = new ConvolutionShape(inputs, outputs, height, width, 3, 3, paddingRows, paddingColumns);
        Assert.True(MinimalFilter.Takes(shape));
        var random = new Random(inputs + outputs + height);
        sbyte[] sample = Sample(random, shape);
        float[] weights = LaneBlocks.Values(random, shape.WeightCount), bias = LaneBlocks.Values(random, outputs);
        float[] expected = Expected(shape, sample, weights, []), expectedOfBias = Expected(shape, sample, weights, bias);
        Activation scaled = Activation.Rectifier with { Scale = 2, Low = -1, High = 1 };
        foreach (VectorWidth vector in LaneBlocks.Widths)
            foreach (bool dense in new[] { true, false })
                foreach (bool hasBias in new[] { true, false })
                    foreach ((Activation activation, bool absolute) in new[] { (Activation.Identity, false), (scaled, false), (Activation.Identity, true), (Activation.Identity with { Low = -0.5f, High = 0.5f }, true) })
                    {
                        (ChannelProgram program, ChannelFilter step, ChannelMap output) = Program(contexts.Of(1 + random.Next(3), vector), shape, dense, hasBias, activation, absolute);
                        step.Update(weights, hasBias ? bias : []);
                        program.Run(sample, InputDivisor);
                        AssertSameBits(shape, Activated(hasBias ? expectedOfBias : expected, activation, absolute), program.Values(output), output.Stride, $"{vector} {(dense ? "dense" : "wide")} {activation} {absolute}");
                    }
    }

    [Fact]
    public void Update_ChangedWeightOrBias_IsSeen()
    {
        var shape = new ConvolutionShape(18, 20, 4, 6, 3, 3, 1, 1);
        var random = new Random(1);
        sbyte[] sample = Sample(random, shape);
        float[] weights = LaneBlocks.Values(random, shape.WeightCount), bias = LaneBlocks.Values(random, shape.OutputChannels);
        using var context = new ComputeContext(1);
        (ChannelProgram program, ChannelFilter step, ChannelMap output) = Program(context, shape, dense: true, bias: true, Activation.Identity, absolute: false);
        for (int change = 0; change < 3; change++)
        {
            if (change == 1) weights[^1] += 1;
            if (change == 2) bias[^1] += 1;
            step.Update(weights, bias);
            program.Run(sample, InputDivisor);
            AssertSameBits(shape, Expected(shape, sample, weights, bias), program.Values(output), output.Stride, $"change {change}");
        }

        Assert.Throws<ArgumentException>(() => step.Update(weights.AsSpan(1), bias));
        Assert.Throws<ArgumentException>(() => step.Update(weights, []));
    }

    [Fact]
    public void Add_AnotherShape_IsRefused()
    {
        using var context = new ComputeContext(1);
        Assert.Throws<ArgumentException>(() => Program(context, new ConvolutionShape(15, 16, 4, 4, 3, 3, 1, 1), dense: true, bias: false, Activation.Identity, absolute: false));
    }

    [Theory]
    [InlineData(16, 16, 4)]
    [InlineData(64, 64, 16)]
    [InlineData(20, 200, 40)]
    public void Items_AnyNumberOfThreads_TheSame(int inputs, int outputs, int side)
    {
        var shape = new ConvolutionShape(inputs, outputs, side, side, 3, 3, 1, 1);
        var items = new HashSet<int>();
        for (int threads = 1; threads < 5; threads++)
        {
            using var context = new ComputeContext(threads, VectorWidth.Vector256);
            items.Add(Program(context, shape, dense: false, bias: false, Activation.Identity, absolute: false).Step.Items);
        }

        Assert.InRange(Assert.Single(items), side > 4 ? 2 : 1, 24);
    }

    private static (ChannelProgram Program, ChannelFilter Step, ChannelMap Output) Program(ComputeContext context, ConvolutionShape shape, bool dense, bool bias, Activation activation, bool absolute)
    {
        var program = new ChannelProgram(context);
        ChannelMap input = program.Input(new SampleShape(shape.Height, shape.Width, shape.InputChannels), dense), output = program.Map(shape.OutputPixels, shape.OutputChannels);
        return (program, ChannelFilter.Add(program, context.VectorWidth, shape, input, output, bias, activation, absolute), output);
    }

    private static sbyte[] Sample(Random random, ConvolutionShape shape) =>
        [.. Enumerable.Range(0, shape.InputPixels * shape.InputChannels).Select(_ => (sbyte)(random.Next(4) == 0 ? 0 : random.Next(-128, 128)))];

    /// <summary>The reference's outputs <c>[O][pixels][16]</c> in lane 0.</summary>
    private static float[] Expected(ConvolutionShape shape, sbyte[] sample, float[] weights, float[] bias)
    {
        var x = new float[shape.InputPixels * shape.InputChannels * LaneBlocks.Lanes];
        for (int c = 0; c < shape.InputChannels; c++)
            for (int p = 0; p < shape.InputPixels; p++) x[(c * shape.InputPixels + p) * LaneBlocks.Lanes] = sample[p * shape.InputChannels + c] / InputDivisor;
        var expected = new float[shape.OutputChannels * shape.OutputPixels * LaneBlocks.Lanes];
        MinimalFilterReference.Forward(shape, x, weights, bias, 0, expected);
        return expected;
    }

    private static float[] Activated(float[] values, Activation activation, bool absolute)
    {
        float[] result = absolute ? [.. values.Select(MathF.Abs)] : [.. values];
        if (!activation.IsIdentity) ActivationReference.Forward(activation, result, result.Length / LaneBlocks.Lanes, 1, result, []);
        return result;
    }

    private static void AssertSameBits(ConvolutionShape shape, float[] expected, ReadOnlySpan<float> actual, int stride, string what)
    {
        for (int o = 0; o < shape.OutputChannels; o++)
            for (int p = 0; p < shape.OutputPixels; p++)
            {
                float wanted = expected[(o * shape.OutputPixels + p) * LaneBlocks.Lanes], got = actual[p * stride + o];
                if (BitConverter.SingleToInt32Bits(wanted) != BitConverter.SingleToInt32Bits(got)) Assert.Fail($"{what}: output {o} pixel {p}: expected {wanted:R}, got {got:R}");
            }
    }
}
