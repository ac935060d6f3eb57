// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Bench.Models;

/// <summary>The six published models (training-flow.md section 3).</summary>
internal static class PublishedModels
{
    private const PoolingBefore Maximum = PoolingBefore.Maximum;
    private const PoolingBefore Average = PoolingBefore.Average;
    private static readonly int[] OneDimensionalOutputs = [100, 100, 50, 16];
    private static readonly int[] TwoDimensionalOutputs = [32, 64, 64, 30, 7];

    /// <summary>The models, each checked against the number of parameters that its table gives.</summary>
    public static ImmutableArray<BenchmarkModel> All { get; } =
    [
        Checked(71_158, SmallImages("mnist", convolutionBias: false)),
        Checked(71_346, SmallImages("fashionmnist", convolutionBias: true)),
        Checked(72_228, Cifar10()),
        Checked(381_792, Cifar100()),
        Checked(126_490, Keywords()),
        Checked(54_495, Rock()),
    ];

    public static BenchmarkModel Find(string name) => All.FirstOrDefault(model => model.Name == name)
        ?? throw new ArgumentException($"there is no model \"{name}\": the models are {string.Join(", ", All.Select(model => model.Name))}");

    private static BenchmarkModel Checked(int parameters, BenchmarkModel model) => model.ParameterCount == parameters
        ? model
        : throw new InvalidOperationException($"{model.Name} has {model.ParameterCount} parameters, its table says {parameters}");

    private static BenchmarkModel SmallImages(string name, bool convolutionBias) => new(name, new(28, 28, 1), 0,
    [
        new ConvolutionLayer(60, Bias: convolutionBias), new ConvolutionLayer(60, Padding: 2, Pooling: Maximum, Bias: convolutionBias),
        new ConvolutionLayer(56, Pooling: Maximum, Bias: convolutionBias), new ConvolutionLayer(12, Pooling: Average, Bias: convolutionBias), new DenseLayer(10, Bias: true),
    ]);

    private static BenchmarkModel Cifar10() => new("cifar10", new(32, 32, 3), 0,
    [
        new ConvolutionLayer(60), new ConvolutionLayer(60, Pooling: Maximum), new ConvolutionLayer(56, Pooling: Maximum), new ConvolutionLayer(12, Pooling: Average),
        new DenseLayer(10, Bias: false),
    ]);

    private static BenchmarkModel Cifar100() => new("cifar100", new(32, 32, 3), 5e-7f,
    [
        new ConvolutionLayer(16), new ConvolutionLayer(20), new ConvolutionLayer(20), new ConvolutionLayer(20), new ConvolutionLayer(20, Pooling: Maximum), new ConvolutionLayer(20),
        new ConvolutionLayer(44), new ConvolutionLayer(48, Pooling: Maximum), new ConvolutionLayer(48), new ConvolutionLayer(96, Pooling: Maximum),
        new ConvolutionLayer(512, 1, 0, Maximum), new ConvolutionLayer(128, 1, 0), new ConvolutionLayer(128, Pooling: Maximum), new ConvolutionLayer(100, 1, 0, Activated: false),
    ]);

    private static BenchmarkModel Keywords() => new("kws20", new(128, 1, 128), 1e-4f,
    [
        .. OneDimensionalOutputs.Select(outputs => new ConvolutionLayer(outputs, 1, 0, OneDimensional: true)), new ReshapeLayer(new(8, 16, 16)),
        .. TwoDimensionalOutputs.Select(outputs => new ConvolutionLayer(outputs)), new DenseLayer(21, Bias: false),
    ]);

    private static BenchmarkModel Rock() => new("rock", new(64, 64, 3), 0,
    [
        new ConvolutionLayer(15), new ConvolutionLayer(30, Pooling: Maximum), new DropoutLayer(0.2f), new ConvolutionLayer(60, Pooling: Maximum),
        new ConvolutionLayer(30, Pooling: Maximum), new ConvolutionLayer(30, Pooling: Maximum), new ConvolutionLayer(30), new DropoutLayer(0.2f), new DenseLayer(3, Bias: false),
    ]);
}
