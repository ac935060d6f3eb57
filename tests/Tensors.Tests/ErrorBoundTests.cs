// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

/// <summary>
/// Forward passes and gradients over random shapes, against plain loops in double precision: each value lies within the error bound of its summation, see
/// <see cref="BoundedSum"/>. 60 shapes of each kind, with AI8X_SLOW=1 1,500.
/// </summary>
public sealed class ErrorBoundTests
{
    private const int Lanes = LaneBlocks.Lanes;

    // Sixteen lanes are added in four levels.
    private const int LaneLevels = 4;

    private static readonly int Count = Environment.GetEnvironmentVariable("AI8X_SLOW") == "1" ? 1500 : 60;

    /// <summary>Kernels 1x1 and 3x3, one-dimensional ones of 1 to 9, and dense layers.</summary>
    [Fact]
    public void Convolution_RandomShapes_StayWithinTheBound()
    {
        var random = new Random(11);
        for (int run = 0; run < Count; run++)
        {
            ConvolutionShape shape = run % 4 == 3 ? new(random.Next(1, 150), random.Next(1, 40), 1, 1, 1, 1, 0, 0)
                : run % 4 == 2 ? Row(random)
                : Square(random, run % 4 == 0 ? 1 : 3);
            int lanes = random.Next(1, Lanes + 1);
            float[] x = Block(random, shape.InputChannels * shape.InputPixels, lanes), dy = Block(random, shape.OutputChannels * shape.OutputPixels, lanes);
            float[] weights = Values(random, shape.WeightCount), bias = random.Next(3) == 0 ? [] : Values(random, shape.OutputChannels);
            foreach (VectorWidth width in new[] { VectorWidths.Widest, VectorWidth.Scalar })
            {
                var packed = new float[weights.Length];
                float[] y = LaneBlocks.Filled(dy.Length), dx = LaneBlocks.Filled(x.Length), dw = LaneBlocks.Filled(weights.Length), db = LaneBlocks.Filled(shape.OutputChannels);
                ConvolutionKernel.Pack(width, shape, weights, packed);
                ConvolutionKernel.Forward(width, shape, x, packed, bias, lanes, y);
                ConvolutionKernel.PackTurned(width, shape, weights, packed);
                ConvolutionKernel.Forward(width, shape.InputGradient, dy, packed, [], lanes, dx);
                WeightGradientKernel.Run(width, shape, x, dy, lanes, dw);
                WeightGradientKernel.Bias(width, shape.OutputChannels, shape.OutputPixels, dy, lanes, db);
                var loops = new PlainConvolution(shape.InputChannels, shape.OutputChannels, shape.Height, shape.Width, shape.KernelRows, shape.KernelColumns, shape.PaddingRows, shape.PaddingColumns);
                loops.Run(x, weights, bias, dy, lanes);
                Near(loops.Output, y, lanes, 0, $"{shape} {width} output");
                Near(loops.InputGradient, dx, lanes, 0, $"{shape} {width} input gradient");
                Near(loops.WeightGradient, dw, LaneLevels, $"{shape} {width} weight gradient");
                Near(loops.BiasGradient, db, LaneLevels, $"{shape} {width} bias gradient");
            }
        }
    }

    [Fact]
    public void TransposedConvolution_RandomShapes_StaysWithinTheBound()
    {
        var random = new Random(12);
        for (int run = 0; run < Count; run++)
        {
            int height = random.Next(1, 7), width = random.Next(1, 7);
            var shape = new TransposedShape(random.Next(1, 20), random.Next(1, 12), height, width, random.Next(0, Math.Min(height, width) > 1 ? 3 : 2));
            int lanes = random.Next(1, Lanes + 1);
            float[] x = Block(random, shape.InputChannels * shape.InputPixels, lanes), dy = Block(random, shape.OutputChannels * shape.OutputPixels, lanes);
            float[] weights = Values(random, shape.WeightCount), bias = Values(random, shape.OutputChannels);
            foreach (VectorWidth vector in new[] { VectorWidths.Widest, VectorWidth.Scalar })
            {
                float[] y = LaneBlocks.Filled(dy.Length), dx = LaneBlocks.Filled(x.Length), dw = LaneBlocks.Filled(weights.Length);
                Transposed.Forward(vector, shape, x, weights, bias, lanes, y);
                Transposed.InputGradient(vector, shape, dy, weights, lanes, dx);
                TransposedKernel.WeightGradient(vector, shape, x, dy, lanes, dw);
                var loops = new PlainTransposed(shape.InputChannels, shape.OutputChannels, height, width, shape.Padding);
                loops.Run(x, weights, bias, dy, lanes);
                Near(loops.Output, y, lanes, 0, $"{shape} {vector} output");
                Near(loops.InputGradient, dx, lanes, 0, $"{shape} {vector} input gradient");
                Near(loops.WeightGradient, dw, LaneLevels, $"{shape} {vector} weight gradient");
            }
        }
    }

    [Fact]
    public void Pooling_RandomShapes_StaysWithinTheBound()
    {
        var random = new Random(13);
        for (int run = 0; run < Count; run++)
        {
            int height = random.Next(1, 18), width = random.Next(1, 18);
            var shape = new PoolingShape(random.Next(1, 6), height, width, random.Next(1, Math.Min(height, 6) + 1), random.Next(1, Math.Min(width, 6) + 1), random.Next(1, 5));
            int lanes = random.Next(1, Lanes + 1);
            float[] x = Block(random, shape.Channels * shape.InputPixels, lanes), dy = Block(random, shape.Channels * shape.OutputPixels, lanes);
            foreach (VectorWidth vector in new[] { VectorWidths.Widest, VectorWidth.Scalar })
            {
                float[] mean = LaneBlocks.Filled(dy.Length), spread = LaneBlocks.Filled(x.Length), most = LaneBlocks.Filled(dy.Length), routed = LaneBlocks.Filled(x.Length);
                AveragePoolKernel.Forward(vector, shape, x, lanes, mean);
                AveragePoolKernel.Backward(vector, shape, dy, lanes, spread);
                MaximumPoolKernel.Forward(vector, shape, x, lanes, most);
                MaximumPoolKernel.Backward(vector, shape, x, most, dy, lanes, routed);
                var loops = new PlainPooling(shape.Channels, height, width, shape.Rows, shape.Columns, shape.Stride);
                loops.Run(x, dy, lanes);
                // The factor is rounded, and so is the product with it.
                Near(loops.Mean, mean, lanes, 2, $"{shape} {vector} average");
                Near(loops.MeanGradient, spread, lanes, 2, $"{shape} {vector} gradient of the average");
                for (int i = 0; i < most.Length; i++)
                    if (i % Lanes < lanes) Assert.Equal(loops.Maximum[i], most[i]);
                Near(loops.MaximumGradient, routed, lanes, 0, $"{shape} {vector} gradient of the maximum");
            }
        }
    }

    /// <summary>
    /// Exponential and logarithm are within 2 units in the last place, 4 u. So each <c>exp(l - m)</c> is off by <c>(|l - m| + 4) u</c> of itself, their sum by that and a
    /// rounding for each class, and the logarithm of the sum, which is at least 1, by as much, absolutely.
    /// </summary>
    [Fact]
    public void Loss_RandomLogits_StaysWithinTheBound()
    {
        var random = new Random(14);
        for (int run = 0; run < Count; run++)
        {
            int classes = random.Next(1, 120), lane = random.Next(Lanes), label = random.Next(classes), count = random.Next(1, 300);
            float scale = random.Next(3) switch { 0 => 0.1f, 1 => 3, _ => 40 };
            float[] logits = LaneBlocks.Filled(classes * Lanes), gradient = LaneBlocks.Filled(classes * Lanes);
            for (int c = 0; c < classes; c++) logits[c * Lanes + lane] = scale * (2 * random.NextSingle() - 1);
            double[] l = [.. Enumerable.Range(0, classes).Select(c => (double)logits[c * Lanes + lane])];
            double most = l.Max(), sum = l.Sum(value => Math.Exp(value - most)), loss = Math.Log(sum) - (l[label] - most);
            (float computed, int rank) = SoftmaxCrossEntropy.Forward(logits, classes, lane, label);
            SoftmaxCrossEntropy.Backward(logits, classes, lane, label, count, gradient);
            Assert.Equal(l.Where((value, c) => value > l[label] || (value == l[label] && c < label)).Count(), rank);
            double unit = BoundedSum.Gamma(1) * 1.001, ofSum = (most - l.Min() + 4 + classes) * unit;
            Assert.Equal(loss, computed, ofSum + (4 * Math.Log(sum) + most - l[label] + Math.Abs(loss)) * unit);
            for (int c = 0; c < classes; c++)
            {
                double probability = Math.Exp(l[c] - most) / sum, expected = probability - (c == label ? 1 : 0);
                double bound = probability * ((most - l[c] + 5) * unit + ofSum) + 2 * Math.Abs(expected) * unit;
                Assert.Equal(expected / count, gradient[c * Lanes + lane], bound / count + float.Epsilon);
            }
        }
    }

    /// <summary>The gradients of up to 40 blocks are added in a tree.</summary>
    [Fact]
    public void SumOfBlocks_StaysWithinTheBound()
    {
        var random = new Random(15);
        for (int count = 1; count <= 40; count++)
        {
            var tree = new BlockTree(64, count, workers: 1);
            tree.Begin(count);
            var sums = new BoundedSum[64];
            for (int block = 0; block < count; block++)
            {
                LaneMemory memory = tree.Take(0);
                Values(random, 64).CopyTo(memory.All);
                for (int i = 0; i < 64; i++) sums[i].Add(memory.All[i]);
                tree.End(block, memory, 0);
            }

            float[] result = new float[64];
            tree.Sum(0, result);
            int levels = 0;
            while (1 << levels < count) levels++;
            for (int i = 0; i < 64; i++) sums[i].AssertNear(result[i], levels - count, $"{count} blocks");
        }
    }

    private static ConvolutionShape Square(Random random, int kernel)
    {
        int padding = random.Next(3);
        int least = Math.Max(1, kernel - 2 * padding);
        return new(random.Next(1, 24), random.Next(1, 14), random.Next(least, 9), random.Next(least, 9), kernel, kernel, padding, padding);
    }

    private static ConvolutionShape Row(Random random)
    {
        int kernel = random.Next(1, 10), padding = random.Next(3);
        return new(random.Next(1, 40), random.Next(1, 14), 1, random.Next(Math.Max(1, kernel - 2 * padding), 34), 1, kernel, 0, padding);
    }

    /// <summary>Values over some powers of two, so that sums cancel.</summary>
    private static float[] Values(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => Value(random))];

    private static float[] Block(Random random, int values, int lanes)
    {
        var block = new float[values * Lanes];
        for (int i = 0; i < block.Length; i++)
            if (i % Lanes < lanes) block[i] = Value(random);
        return block;
    }

    private static float Value(Random random) => random.Next(12) == 0 ? 0 : (2 * random.NextSingle() - 1) * (1 << random.Next(8));

    private static void Near(BoundedSum[] expected, float[] actual, int lanes, int further, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            if (i % Lanes < lanes) expected[i].AssertNear(actual[i], further, what);
    }

    private static void Near(BoundedSum[] expected, float[] actual, int further, string what) => Near(expected, actual, Lanes, further, what);
}
