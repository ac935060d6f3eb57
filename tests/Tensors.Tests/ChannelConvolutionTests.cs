// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;
using Ai8x.Tensors.Kernels.Single;

namespace Ai8x.Tensors.Tests;

public sealed class ChannelConvolutionTests(ComputeContexts contexts) : IClassFixture<ComputeContexts>
{
    private const float InputDivisor = 128;

    [Theory]
    [MemberData(nameof(ConvolutionKernelTests.Shapes), MemberType = typeof(ConvolutionKernelTests))]
    public void Convolution_AllWidths_EqualsTheReferenceBitForBit(int inputs, int outputs, int height, int width, int kernelRows, int kernelColumns, int paddingRows, int paddingColumns)
    {
        var shape = new ConvolutionShape(inputs, outputs, height, width, kernelRows, kernelColumns, paddingRows, paddingColumns);
        var random = new Random(shape.GetHashCode() & 0xff);
        sbyte[] sample = [.. Enumerable.Range(0, shape.InputPixels * inputs).Select(_ => (sbyte)(random.Next(4) == 0 ? 0 : random.Next(-128, 128)))];
        float[] weights = LaneBlocks.Values(random, shape.WeightCount);
        float[] bias = random.Next(2) == 0 ? [] : LaneBlocks.Values(random, outputs);
        var x = new float[shape.InputPixels * inputs * LaneBlocks.Lanes];
        for (int c = 0; c < inputs; c++)
            for (int p = 0; p < shape.InputPixels; p++) x[(c * shape.InputPixels + p) * LaneBlocks.Lanes] = sample[p * inputs + c] / InputDivisor;
        var expected = new float[outputs * shape.OutputPixels * LaneBlocks.Lanes];
        ConvolutionReference.Forward(shape, x, weights, bias, 1, expected);
        Activation activation = random.Next(2) == 0 ? Activation.Identity : Activation.Rectifier with { Scale = 2, Low = -1, High = 1 };
        if (!activation.IsIdentity) ActivationReference.Forward(activation, expected, outputs * shape.OutputPixels, 1, expected, []);
        foreach (VectorWidth vector in LaneBlocks.Widths)
            foreach (bool dense in new[] { true, false })
            {
                var program = new ChannelProgram(contexts.Of(1 + random.Next(3), vector));
                ChannelMap input = program.Input(new SampleShape(height, width, inputs), dense), output = program.Map(shape.OutputPixels, outputs);
                var step = program.Add(new ChannelConvolution(vector, input, output, TapGeometry.Tiling(shape, input.Stride, output.Stride), bias.Length > 0, activation));
                // Other weights first: a change must be seen.
                step.Update(new float[weights.Length], bias);
                step.Update(weights, bias);
                Check($"{vector}, shared");
                // Another image in between, so that what the workers left is not taken for the result of one alone.
                for (int run = 1; run < SharingChoice.Trials; run++) program.Run(new sbyte[sample.Length], InputDivisor);
                Check($"{vector}, alone");

                void Check(string how)
                {
                    program.Run(sample, InputDivisor);
                    ReadOnlySpan<float> actual = program.Values(output);
                    for (int o = 0; o < outputs; o++)
                        for (int p = 0; p < shape.OutputPixels; p++)
                        {
                            float wanted = expected[(o * shape.OutputPixels + p) * LaneBlocks.Lanes], got = actual[p * output.Stride + o];
                            if (BitConverter.SingleToInt32Bits(wanted) != BitConverter.SingleToInt32Bits(got)) Assert.Fail($"{how}: output {o} pixel {p}: expected {wanted:R}, got {got:R}");
                        }
                }
            }
    }

    [Fact]
    public void Update_SignOfZero_IsAChange()
    {
        var shape = new ConvolutionShape(1, 1, 1, 1, 1, 1, 0, 0);
        using var context = new ComputeContext(1);
        var program = new ChannelProgram(context);
        ChannelMap input = program.Input(new SampleShape(1, 1, 1), true), output = program.Map(1, 1);
        var step = program.Add(new ChannelConvolution(context.VectorWidth, input, output, TapGeometry.Tiling(shape, input.Stride, output.Stride), bias: true, Activation.Identity));
        foreach ((float bias, float expected) in new[] { (0f, 0f), (-0f, 0f), (1f, 1f) })
        {
            step.Update([1e-30f], [bias]);
            program.Run([0], InputDivisor);
            Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(program.Values(output)[0]));
        }

        Assert.Throws<ArgumentException>(() => step.Update([1, 2], [0]));
        Assert.Throws<ArgumentException>(() => step.Update([1], []));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(4)]
    public void Tiling_EveryPixelOnce_WithTheTapsInside(int largest)
    {
        var shape = new ConvolutionShape(1, 1, 8, 7, 3, 3, 1, 1);
        TapTiling.Cut cut = TapGeometry.Tiling(shape, 1, 1).Tiles(largest);
        var seen = new HashSet<int>();
        foreach (TapTiling.Tile tile in cut.Tiles)
        {
            Assert.Contains(tile.Pixels, new[] { 1, largest / 2, largest });
            for (int i = 0; i < tile.Pixels; i++)
            {
                int pixel = cut.PixelOutputs[tile.FirstPixel + i], row = pixel / 7, column = pixel % 7;
                seen.Add(pixel);
                int rows = row is 0 or 7 ? 2 : 3, columns = column is 0 or 6 ? 2 : 3;
                Assert.Equal(rows * columns, tile.Taps);
            }
        }

        Assert.Equal(Enumerable.Range(0, 56), seen.Order());
    }
}
