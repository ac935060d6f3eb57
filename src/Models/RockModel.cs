// SPDX-License-Identifier: MIT
using Ai8x.Layers;
using Ai8x.Optim;
using Ai8x.Tensors;

namespace Ai8x.Models;

/// <summary>
/// <c>rock_model</c> (training-flow.md section 3.6): seven layers and two dropouts for <c>[64, 64, 3]</c> images of a hand and three classes, 54,693
/// parameters; 54,495 without biases, as in the published export.
/// </summary>
public static class RockModel
{
    /// <summary>Name on the command line.</summary>
    public const string Name = "rock_model";

    /// <summary>The model with its published training.</summary>
    public static ModelDefinition Definition { get; } = new(
        Name,
        dataSet: "rock",
        sampleIndex: 101,
        new TrainingOptions { Epochs = 100, BatchSize = 32, LearningRate = 0.001, Optimizer = OptimizerKind.Adam, Schedule = new ReduceLearningRateOnPlateau() },
        () => Create())
    {
        SaveSamplePerClass = true,
        ChannelFirst = true,
    };

    /// <summary>Makes the model without weights.</summary>
    /// <param name="useBias">Whether the layers have biases; the published export has none.</param>
    /// <returns>The layers.</returns>
    public static Sequential Create(bool useBias = true) => new(
        Name,
        new SampleShape(64, 64, 3),
        new FusedConv2DReLU(15, kernelSize: 3, paddingSize: 1, useBias: useBias),
        new FusedMaxPoolConv2DReLU(30, kernelSize: 3, paddingSize: 1, useBias: useBias),
        new Dropout(0.2f),
        new FusedMaxPoolConv2DReLU(60, kernelSize: 3, paddingSize: 1, useBias: useBias),
        new FusedMaxPoolConv2DReLU(30, kernelSize: 3, paddingSize: 1, useBias: useBias),
        new FusedMaxPoolConv2DReLU(30, kernelSize: 3, paddingSize: 1, useBias: useBias),
        new FusedConv2DReLU(30, kernelSize: 3, paddingSize: 1, useBias: useBias),
        new Flatten(),
        new Dropout(0.2f),
        new FusedDense(3, useBias: useBias, wide: true));
}
