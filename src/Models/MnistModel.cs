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
        Create);

    /// <summary>Makes the model without weights.</summary>
    /// <returns>The layers.</returns>
    public static Sequential Create() => ImageClassifier.Create(Name, new SampleShape(28, 28, 1), convolutionBias: false);
}
