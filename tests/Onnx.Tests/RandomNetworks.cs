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
        var input = new FeatureShape(random.Next(1, 14), random.Next(1, 14), random.Next(1, 4));
        var layers = ImmutableArray.CreateBuilder<GraphLayer>();
        FeatureShape shape = input;
        int count = random.Next(1, 6);
        for (int i = 0; i < count; i++)
        {
            GraphLayer layer = random.Next(6) switch
            {
                0 => Linear(random, shape),
                1 when shape.Rows > 1 && shape.Columns > 1 => PoolOnly(random, shape),
                _ => Convolution(random, shape),
            };
            layers.Add(layer with { Name = $"layer_{i}", Inputs = [i - 1], Wide = layer.Operator != LayerOperator.None && i == count - 1 && random.Next(2) == 0 });
            shape = layer.Output;
        }

        return new NetworkGraph { Name = $"random{seed}", Input = input, Layers = layers.ToImmutable(), InputScale = random.Next(3) switch { 0 => null, 1 => 128, _ => 256 } };
    }

    public static double[] Input(NetworkGraph network, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, network.Input.Count).Select(_ => random.Next(-128, 128) / 128.0)];
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
