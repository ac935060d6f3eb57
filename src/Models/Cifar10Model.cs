// SPDX-License-Identifier: MIT
using Ai8x.Layers;
using Ai8x.Optim;
using Ai8x.Tensors;

namespace Ai8x.Models;

/// <summary>
/// <c>cifar10_model</c> (training-flow.md section 3.3): five layers for <c>[32, 32, 3]</c> images and ten classes, 72,228 parameters, no biases. Its
/// learning rates are fixed by epoch and replace the one that is asked for (section 2.2).
/// </summary>
public static class Cifar10Model
{
    /// <summary>Name on the command line.</summary>
    public const string Name = "cifar10_model";

    /// <summary>The model with its published training.</summary>
    public static ModelDefinition Definition { get; } = new(
        Name,
        dataSet: "cifar10",
        sampleIndex: 1431,
        new TrainingOptions { Epochs = 100, BatchSize = 64, LearningRate = 0.0003, Optimizer = OptimizerKind.Adam, Schedule = new LearningRateByEpoch(0.0003, (40, 0.0001), (80, 0.00005), (120, 0.00003)) },
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
        new FusedConv2DReLU(60, kernelSize: 3, paddingSize: 1, useBias: false),
        new FusedMaxPoolConv2DReLU(60, kernelSize: 3, paddingSize: 1, useBias: false),
        new FusedMaxPoolConv2DReLU(56, kernelSize: 3, paddingSize: 1, useBias: false),
        new FusedAvgPoolConv2DReLU(12, kernelSize: 3, paddingSize: 1, useBias: false),
        new Flatten(),
        new FusedDense(10, useBias: false, wide: true));
}
