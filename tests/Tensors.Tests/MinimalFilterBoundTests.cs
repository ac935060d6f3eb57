// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

/// <summary>
/// Convolutions and input gradients by minimal filtering over random shapes, against plain loops in double precision, which know nothing of it: each value lies within the error that <see cref="MinimalFilterBound"/> allows, and
/// is exact where nothing needs to be rounded. 60 shapes, with AI8X_SLOW=1 1,500.
/// </summary>
public sealed class MinimalFilterBoundTests
{
    private const int Lanes = LaneBlocks.Lanes;
    private const int Taps = 9;

    private static readonly int Count = Environment.GetEnvironmentVariable("AI8X_SLOW") == "1" ? 1500 : 60;

    private static readonly VectorWidth[] Widths = [VectorWidths.Widest, VectorWidth.Scalar];

    [Fact]
    public void Convolution_RandomShapes_StaysWithinTheBound()
    {
        var random = new Random(16);
        for (int run = 0; run < Count; run++) Check(random, Value, exact: false);
    }

    /// <summary>Few channels of inputs and weights that are eighths within one: a kernel's terms are multiples of 1/32 up to 9/4, an input's of 1/8 up to 4, and all sums are multiples of 1/256 below 2^13.</summary>
    [Fact]
    public void Convolution_OfEighths_IsExact()
    {
        var random = new Random(17);
        for (int run = 0; run < Count / 3; run++) Check(random, generator => generator.Next(-8, 9) / 8f, exact: true);
    }

    private static void Check(Random random, Func<Random, float> value, bool exact)
    {
        ConvolutionShape shape = Shape(random);
        Assert.True(MinimalFilter.Takes(shape));
        int lanes = random.Next(1, Lanes + 1);
        float[] x = Block(random, value, shape.InputChannels * shape.InputPixels, lanes), dy = Block(random, value, shape.OutputChannels * shape.OutputPixels, lanes);
        float[] weights = Values(random, value, shape.WeightCount), bias = random.Next(3) == 0 ? [] : Values(random, value, shape.OutputChannels);
        var loops = new PlainConvolution(shape.InputChannels, shape.OutputChannels, shape.Height, shape.Width, shape.KernelRows, shape.KernelColumns, shape.PaddingRows, shape.PaddingColumns);
        loops.Run(x, weights, bias, dy, lanes);
        double[] bounds = exact ? new double[dy.Length] : Bound(shape, x, weights, bias, lanes);
        foreach (VectorWidth width in Widths)
        {
            float[] packed = Filled(shape), y = LaneBlocks.Filled(dy.Length);
            MinimalFilterKernel.Pack(width, shape, weights, packed);
            MinimalFilterKernel.Forward(width, shape, x, packed, bias, 0, MinimalFilterKernel.Places(shape), Activation.Identity, lanes, y, []);
            Near(loops.Output, bounds, y, lanes, $"{shape} {width} output");
            if (shape.OutputHeight % 2 == 0 && shape.OutputWidth % 2 == 0) CheckPooled(width, shape, x, packed, bias, lanes, loops.Output, bounds);
        }

        // The gradient's output is the input, which may be too small.
        ConvolutionShape gradient = shape.InputGradient;
        if (!MinimalFilter.Takes(gradient)) return;
        bounds = exact ? new double[x.Length] : Bound(gradient, dy, Turned(shape, weights), [], lanes);
        foreach (VectorWidth width in Widths)
        {
            float[] packed = Filled(shape), dx = LaneBlocks.Filled(x.Length);
            MinimalFilterKernel.PackTurned(width, shape, weights, packed);
            MinimalFilterKernel.Forward(width, gradient, dy, packed, [], 0, MinimalFilterKernel.Places(gradient), Activation.Identity, lanes, dx, []);
            Near(loops.InputGradient, bounds, dx, lanes, $"{shape} {width} input gradient");
        }
    }

    /// <summary>A maximum is no further off than the furthest of its values.</summary>
    private static void CheckPooled(VectorWidth width, ConvolutionShape shape, float[] x, float[] packed, float[] bias, int lanes, BoundedSum[] sums, double[] bounds)
    {
        int rows = shape.OutputHeight / 2, columns = shape.OutputWidth / 2;
        float[] pooled = LaneBlocks.Filled(shape.OutputChannels * rows * columns * Lanes);
        MinimalFilterKernel.ForwardPooled(width, shape, x, packed, bias, 0, MinimalFilterKernel.Places(shape), Activation.Rectifier, lanes, pooled, []);
        for (int i = 0; i < pooled.Length; i++)
        {
            if (i % Lanes >= lanes) continue;
            int pixel = i / Lanes, first = pixel / columns * 2 * shape.OutputWidth + pixel % columns * 2;
            int[] window = [.. new[] { first, first + 1, first + shape.OutputWidth, first + shape.OutputWidth + 1 }.Select(at => at * Lanes + i % Lanes)];
            Near(Math.Max(0, window.Max(at => sums[at].Value)), window.Max(at => bounds[at]), pooled[i], $"{shape} {width} pooled");
        }
    }

    /// <summary>Shapes that minimal filtering takes. With wide padding the input may be smaller than the output.</summary>
    private static ConvolutionShape Shape(Random random)
    {
        int paddingRows = random.Next(3), paddingColumns = random.Next(3);
        return new(random.Next(16, 34), random.Next(16, 30), Side(random, paddingRows), Side(random, paddingColumns), 3, 3, paddingRows, paddingColumns);
    }

    private static int Side(Random random, int padding) => random.Next(4, 10) + 2 - 2 * padding;

    private static double[] Bound(ConvolutionShape shape, float[] x, float[] weights, float[] bias, int lanes) =>
        new MinimalFilterBound(shape.InputChannels, shape.OutputChannels, shape.Height, shape.Width, shape.PaddingRows, shape.PaddingColumns).Of(x, weights, bias, lanes);

    /// <summary>Channels exchanged, kernels turned by half a turn.</summary>
    private static float[] Turned(ConvolutionShape shape, float[] weights)
    {
        var turned = new float[weights.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            int kernel = i / Taps, output = kernel / shape.InputChannels, input = kernel % shape.InputChannels;
            turned[(input * shape.OutputChannels + output) * Taps + Taps - 1 - i % Taps] = weights[i];
        }

        return turned;
    }

    private static float[] Filled(ConvolutionShape shape) => LaneBlocks.Filled(MinimalFilterKernel.PackedCount(shape));

    private static float[] Values(Random random, Func<Random, float> value, int count) => [.. Enumerable.Range(0, count).Select(_ => value(random))];

    private static float[] Block(Random random, Func<Random, float> value, int values, int lanes)
    {
        var block = new float[values * Lanes];
        for (int i = 0; i < block.Length; i++)
            if (i % Lanes < lanes) block[i] = value(random);
        return block;
    }

    /// <summary>Values over some powers of two, so that sums cancel.</summary>
    private static float Value(Random random) => random.Next(12) == 0 ? 0 : (2 * random.NextSingle() - 1) * (1 << random.Next(8));

    private static void Near(BoundedSum[] expected, double[] bounds, float[] actual, int lanes, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            if (i % Lanes < lanes) Near(expected[i].Value, bounds[i], actual[i], what);
    }

    private static void Near(double expected, double bound, float actual, string what)
    {
        if (!(Math.Abs(actual - expected) <= bound)) Assert.Fail($"{what}: {actual:R} is {Math.Abs(actual - expected):E2} away from {expected:R}; it may be {bound:E2} away");
    }
}
