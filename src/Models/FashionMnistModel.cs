// SPDX-License-Identifier: MIT
using Ai8x.Layers;
using Ai8x.Optim;
using Ai8x.Tensors;

namespace Ai8x.Models;

/// <summary>
/// <c>fashionmnist_model</c> (training-flow.md section 3.2): the layers of <see cref="MnistModel"/> with a bias in each, 71,346 parameters.
/// </summary>
public static class FashionMnistModel
{
    /// <summary>Name on the command line.</summary>
    public const string Name = "fashionmnist_model";

    /// <summary>The model with its published training.</summary>
    public static ModelDefinition Definition { get; } = new(
        Name,
        dataSet: "fashionmnist",
        sampleIndex: 1234,
        new TrainingOptions { Epochs = 100, BatchSize = 256, LearningRate = 0.001, Optimizer = OptimizerKind.Adam, Schedule = new ReduceLearningRateOnPlateau() },
        Create);

    /// <summary>Makes the model without weights.</summary>
    /// <returns>The layers.</returns>
    public static Sequential Create() => ImageClassifier.Create(Name, new SampleShape(28, 28, 1), convolutionBias: true);
}
