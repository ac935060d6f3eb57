// SPDX-License-Identifier: MIT
using Ai8x.Layers;
using Ai8x.Optim;
using Ai8x.Tensors;

namespace Ai8x.Models;

/// <summary>
/// <c>kws20_model</c> (training-flow.md section 3.5): spoken words as <c>[128, 1, 128]</c>, 128 positions of 128 values, and 21 classes, 126,490 parameters,
/// no biases. Four one-dimensional layers, then five two-dimensional ones over the positions as 8 rows of 16, then a dense layer; penalties on the
/// weights and the activity of each.
/// </summary>
public static class Kws20Model
{
    /// <summary>Name on the command line.</summary>
    public const string Name = "kws20_model";

    // Twenty words and "unknown".
    private const int Words = 21;

    private static readonly L2 Penalty = new(1e-4f);

    /// <summary>The model with its published training.</summary>
    public static ModelDefinition Definition { get; } = new(
        Name,
        dataSet: "kws20",
        sampleIndex: 7528,
        new TrainingOptions { Epochs = 100, BatchSize = 128, LearningRate = 0.0003, Optimizer = OptimizerKind.Adam, Schedule = new ReduceLearningRateOnPlateau() },
        Create)
    {
        SaveSamplePerClass = true,
        ChannelFirst = true,
        SwapHeightWidth = true,
    };

    /// <summary>Makes the model without weights.</summary>
    /// <returns>The layers.</returns>
    public static Sequential Create() => Create(Name, Words);

    /// <summary>The same body for another number of words.</summary>
    internal static Sequential Create(string name, int classes) => new(
        name,
        new SampleShape(128, 1, 128),
        Line(100),
        Line(100),
        Line(50),
        Line(16),
        new Reshape(8, 16, 16),
        Map(32),
        Map(64),
        Map(64),
        Map(30),
        Map(7),
        new Flatten(),
        new FusedDense(classes, useBias: false, wide: true, kernelRegularizer: Penalty, activityRegularizer: Penalty));

    private static FusedConv1DReLU Line(int filters) =>
        new(filters, kernelSize: 1, useBias: false, kernelRegularizer: Penalty, activityRegularizer: Penalty);

    private static FusedConv2DReLU Map(int filters) =>
        new(filters, kernelSize: 3, paddingSize: 1, useBias: false, kernelRegularizer: Penalty, activityRegularizer: Penalty);
}
