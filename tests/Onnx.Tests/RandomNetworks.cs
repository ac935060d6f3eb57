// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;

namespace Ai8x.Onnx.Tests;

/// <summary>Networks of every kind that can be exported, drawn from a seed.</summary>
internal static class RandomNetworks
{
    public static NetworkGraph Make(int seed)
    {
        var random = new Random(seed);
        bool line = seed % 3 == 1;
        var input = new FeatureShape(random.Next(1, 14), line ? 1 : random.Next(1, 14), random.Next(1, 4));
        var layers = ImmutableArray.CreateBuilder<GraphLayer>();
        FeatureShape shape = input;
        int count = random.Next(1, 6), before = -1;
        while (layers.Count < count)
        {
            GraphLayer layer = random.Next(6) switch
            {
                0 => Linear(random, shape),
                1 when shape.Rows > 1 && (line || shape.Columns > 1) => PoolOnly(random, shape),
                2 when !line => Transposed(random, shape),
                _ when line && shape.Columns == 1 => Line(random, shape),
                _ => Convolution(random, shape),
            };
            int index = layers.Count;
            bool joins = seed % 3 == 2 && layer.Operator != LayerOperator.None && random.Next(2) == 0;
            if (joins)
            {
                // A second branch from the same data, and a layer that joins the two.
                layers.Add(layer with { Name = $"layer_{index}", Inputs = [before] });
                layers.Add(layer with { Name = $"layer_{index + 1}", Inputs = [before], Weights = Numbers(random, layer.Weights.Length) });
                layer = Joining(random, layer.Output, index);
                layers.Add(layer with { Name = $"layer_{index + 2}" });
            }
            else
            {
                layers.Add(layer with { Name = $"layer_{index}", Inputs = [before] });
            }

            before = layers.Count - 1;
            shape = layer.Output;
        }

        if (layers[^1].Operator != LayerOperator.None && random.Next(2) == 0) layers[^1] = layers[^1] with { Wide = true };
        return new NetworkGraph { Name = $"random{seed}", Input = input, Layers = layers.ToImmutable(), InputScale = random.Next(3) switch { 0 => null, 1 => 128, _ => 256 } };
    }

    public static double[] Input(NetworkGraph network, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, network.Input.Count).Select(_ => random.Next(-128, 128) / 128.0)];
    }

    private static GraphLayer Joining(Random random, FeatureShape shape, int index)
    {
        ElementwiseKind? kind = random.Next(3) switch { 0 => null, 1 => ElementwiseKind.Add, _ => ElementwiseKind.Sub };
        FeatureShape read = kind is null ? shape with { Channels = 2 * shape.Channels } : shape;
        bool passes = kind is not null && random.Next(2) == 0, pools = shape.Rows > 1 && shape.Columns > 1;
        GraphLayer layer = passes
            ? new GraphLayer { Name = "", Operator = LayerOperator.None, Inputs = [], Input = read, Output = read }
            : shape.Pixels == 1 ? Linear(random, read) : Convolution(random, read);
        if (passes && pools && random.Next(2) == 0)
        {
            Pooling pooling = Pool(random, shape)!;
            layer = layer with { Pooling = pooling, Output = Pooled(read, pooling) };
        }

        bool last = kind is not null && layer.Pooling is not null && random.Next(2) == 0;
        int[] more = kind is not null && random.Next(3) == 0 && !last ? [index, index + 1, index] : [index, index + 1];
        return layer with { Elementwise = kind, Inputs = [.. more], PoolFirst = !last };
    }

    private static GraphLayer Line(Random random, FeatureShape shape)
    {
        Pooling? pooling = random.Next(3) == 0 ? Pool(random, shape) : null;
        FeatureShape pooled = Pooled(shape, pooling);
        int padding = random.Next(0, 3), dilation = random.Next(1, 3);
        int kernel = random.Next(1, Math.Min(9, (pooled.Rows + (2 * padding) - 1) / dilation + 1) + 1);
        if (kernel == 1) dilation = 1;
        return Convolution(random, shape) with
        {
            Operator = LayerOperator.Conv1d,
            Output = new FeatureShape(pooled.Rows + (2 * padding) - (dilation * (kernel - 1)), 1, 5),
            Pooling = pooling,
            KernelRows = kernel,
            KernelColumns = 1,
            Padding = padding,
            Dilation = dilation,
            Weights = Numbers(random, 5 * shape.Channels * kernel),
            Bias = random.Next(2) == 0 ? [] : Numbers(random, 5),
        };
    }

    private static GraphLayer Transposed(Random random, FeatureShape shape)
    {
        int padding = shape.Rows == 1 || shape.Columns == 1 ? random.Next(2) : random.Next(3);
        return Convolution(random, shape) with
        {
            Operator = LayerOperator.ConvTranspose2d,
            Output = new FeatureShape((2 * shape.Rows) + 2 - (2 * padding), (2 * shape.Columns) + 2 - (2 * padding), 3),
            Pooling = null,
            KernelRows = 3,
            KernelColumns = 3,
            Padding = padding,
            Weights = Numbers(random, 3 * shape.Channels * 9),
            Bias = random.Next(2) == 0 ? [] : Numbers(random, 3),
        };
    }

    private static GraphLayer Convolution(Random random, FeatureShape shape)
    {
        Pooling? pooling = random.Next(2) == 0 ? Pool(random, shape) : null;
        FeatureShape pooled = Pooled(shape, pooling);
        int kernel = random.Next(3) == 0 ? 1 : 3;
        int padding = kernel == 1 ? 0 : random.Next(0, 3);
        if (pooled.Rows + (2 * padding) < kernel || pooled.Columns + (2 * padding) < kernel) (kernel, padding) = (1, 0);
        int outputs = random.Next(1, 6);
        return new GraphLayer
        {
            Name = "",
            Operator = LayerOperator.Conv2d,
            Inputs = [],
            Input = shape,
            Output = new FeatureShape(pooled.Rows + (2 * padding) - kernel + 1, pooled.Columns + (2 * padding) - kernel + 1, outputs),
            Pooling = pooling,
            KernelRows = kernel,
            KernelColumns = kernel,
            Padding = padding,
            Activation = (ActivationKind)random.Next(3),
            OutputShift = random.Next(2) == 0 ? 0 : random.Next(-3, 4),
            Weights = Numbers(random, outputs * shape.Channels * kernel * kernel),
            Bias = random.Next(2) == 0 ? [] : Numbers(random, outputs),
        };
    }

    private static GraphLayer Linear(Random random, FeatureShape shape)
    {
        Pooling? pooling = random.Next(4) == 0 ? Pool(random, shape) : null;
        FeatureShape pooled = Pooled(shape, pooling);
        int outputs = random.Next(1, 8);
        return new GraphLayer
        {
            Name = "",
            Operator = LayerOperator.Linear,
            Inputs = [],
            Input = shape,
            Output = new FeatureShape(1, 1, outputs),
            Pooling = pooling,
            Flatten = pooled.Pixels > 1,
            Activation = (ActivationKind)random.Next(3),
            OutputShift = random.Next(2) == 0 ? 0 : random.Next(-3, 4),
            Weights = Numbers(random, outputs * pooled.Count),
            Bias = random.Next(2) == 0 ? [] : Numbers(random, outputs),
        };
    }

    private static GraphLayer PoolOnly(Random random, FeatureShape shape)
    {
        Pooling pooling = Pool(random, shape)!;
        return new GraphLayer { Name = "", Operator = LayerOperator.None, Inputs = [], Input = shape, Output = Pooled(shape, pooling), Pooling = pooling };
    }

    private static Pooling? Pool(Random random, FeatureShape shape) =>
        new((PoolingKind)random.Next(2), random.Next(1, Math.Min(shape.Rows, 4) + 1), random.Next(1, Math.Min(shape.Columns, 4) + 1), random.Next(1, 4));

    private static FeatureShape Pooled(FeatureShape shape, Pooling? pool) =>
        pool is null ? shape : new FeatureShape(((shape.Rows - pool.Rows) / pool.Stride) + 1, ((shape.Columns - pool.Columns) / pool.Stride) + 1, shape.Channels);

    private static ImmutableArray<float> Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
}
