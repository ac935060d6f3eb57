// SPDX-License-Identifier: MIT
using Ai8x.Layers;
using Ai8x.Optim;
using Ai8x.Tensors;

namespace Ai8x.Models;

/// <summary>
/// <c>mnist_model</c> (training-flow.md section 3.1): five layers for <c>[28, 28, 1]</c> digits and ten classes, 71,158 parameters. The
/// convolutions have no bias, the dense layer has.
/// </summary>
public static class MnistModel
{
    /// <summary>Name on the command line.</summary>
    public const string Name = "mnist_model";

    /// <summary>The model with its published training.</summary>
    public static ModelDefinition Definition { get; } = new(
        Name,
        dataSet: "mnist",
        sampleIndex: 1,
        new TrainingOptions { Epochs = 100, BatchSize = 256, LearningRate = 0.001, Optimizer = OptimizerKind.Adam, Schedule = new ReduceLearningRateOnPlateau() },
        Create)
    {
        SaveSamplePerClass = true,
    };

    /// <summary>Makes the model without weights.</summary>
    /// <returns>The layers.</returns>
    public static Sequential Create() => new(
        Name,
        new SampleShape(28, 28, 1),
        new FusedConv2DReLU(60, kernelSize: 3, paddingSize: 1, useBias: false),
        // Padding 2 brings 14 rows to 16, so that the two pools behind it divide evenly.
        new FusedMaxPoolConv2DReLU(60, kernelSize: 3, paddingSize: 2, useBias: false),
        new FusedMaxPoolConv2DReLU(56, kernelSize: 3, paddingSize: 1, useBias: false),
        new FusedAvgPoolConv2DReLU(12, kernelSize: 3, paddingSize: 1, useBias: false),
        new Flatten(),
        new FusedDense(10, wide: true));
}
