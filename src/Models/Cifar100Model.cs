// SPDX-License-Identifier: MIT
using Ai8x.Layers;
using Ai8x.Optim;
using Ai8x.Tensors;

namespace Ai8x.Models;

/// <summary>
/// <c>cifar100_model</c> (training-flow.md section 3.4): fourteen convolutions for <c>[32, 32, 3]</c> images and a hundred classes, 381,792 parameters, no
/// biases, a small activity penalty on each. The last convolution gives the logits.
/// </summary>
public static class Cifar100Model
{
    /// <summary>Name on the command line.</summary>
    public const string Name = "cifar100_model";

    private static readonly L2 Penalty = new(5e-7f);

    /// <summary>The model with its published training.</summary>
    public static ModelDefinition Definition { get; } = new(
        Name,
        dataSet: "cifar100",
        sampleIndex: 1193,
        new TrainingOptions { Epochs = 100, BatchSize = 32, LearningRate = 0.0003, Optimizer = OptimizerKind.Adam, Schedule = new ReduceLearningRateOnPlateau() },
        Create)
    {
        SaveSamplePerClass = true,
        ChannelFirst = true,
    };

    /// <summary>Makes the model without weights.</summary>
    /// <returns>The layers.</returns>
    public static Sequential Create() => new(
        Name,
        new SampleShape(32, 32, 3),
        Convolution(16),
        Convolution(20),
        Convolution(20),
        Convolution(20),
        Pooled(20),
        Convolution(20),
        Convolution(44),
        Pooled(48),
        Convolution(48),
        Pooled(96),
        Pooled(512, kernelSize: 1),
        Convolution(128, kernelSize: 1),
        Pooled(128),
        new FusedConv2D(100, kernelSize: 1, useBias: false, wide: true, activityRegularizer: Penalty),
        new Flatten());

    private static FusedConv2DReLU Convolution(int filters, int kernelSize = 3) =>
        new(filters, kernelSize, paddingSize: kernelSize / 2, useBias: false, activityRegularizer: Penalty);

    private static FusedMaxPoolConv2DReLU Pooled(int filters, int kernelSize = 3) =>
        new(filters, kernelSize, paddingSize: kernelSize / 2, useBias: false, activityRegularizer: Penalty);
}
