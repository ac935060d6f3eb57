// SPDX-License-Identifier: MIT
using Ai8x.Layers;
using Ai8x.Optim;
using Ai8x.Tensors;

namespace Ai8x.Models;

/// <summary>
/// <c>fashionmnist_model</c> (training-flow.md section 3.2): the layers of <see cref="MnistModel"/> with a bias in each, 71,346 parameters, written in
/// the functional style.
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
        Create)
    {
        SaveSamplePerClass = true,
    };

    /// <summary>Makes the model without weights.</summary>
    /// <returns>The layers.</returns>
    public static Functional Create()
    {
        SymbolicTensor input = SymbolicTensor.Input(new SampleShape(28, 28, 1));
        SymbolicTensor x = new FusedConv2DReLU(60, kernelSize: 3, paddingSize: 1).Apply(input);
        x = new FusedMaxPoolConv2DReLU(60, kernelSize: 3, paddingSize: 2).Apply(x);
        x = new FusedMaxPoolConv2DReLU(56, kernelSize: 3, paddingSize: 1).Apply(x);
        x = new FusedAvgPoolConv2DReLU(12, kernelSize: 3, paddingSize: 1).Apply(x);
        x = new Flatten().Apply(x);
        x = new FusedDense(10, wide: true).Apply(x);
        return new Functional(Name, input, x);
    }
}
