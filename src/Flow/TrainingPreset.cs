// SPDX-License-Identifier: MIT
using Ai8x.Models;
using Ai8x.Optim;

namespace Ai8x.Flow;

/// <summary>The published trainings by the name of their data set (training-flow.md section 1.4).</summary>
public static class TrainingPreset
{
    /// <summary>Options of a published training: model, data set, epochs, batch size, optimizer, learning rate, samples and their form.</summary>
    /// <param name="name">Name of the data set, for example <c>mnist</c>.</param>
    /// <returns>The options; everything else has its default.</returns>
    /// <exception cref="FlowException">There is no such preset; the message lists all.</exception>
    public static TrainOptions Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        ModelDefinition definition = ModelCatalog.All.FirstOrDefault(model => model.DataSet == name)
            ?? throw new FlowException($"--preset {name}: there is no such preset. The presets are {string.Join(", ", ModelCatalog.All.Select(model => model.DataSet))}.");
        TrainingOptions training = definition.Training;
        return new TrainOptions
        {
            Model = definition.Name,
            Dataset = definition.DataSet,
            Epochs = training.Epochs,
            BatchSize = training.BatchSize,
            Optimizer = training.Optimizer == OptimizerKind.Sgd ? "SGD" : "Adam",
            LearningRate = (float)training.LearningRate,
            SaveSample = definition.SampleIndex,
            SaveSamplePerClass = definition.SaveSamplePerClass,
            SampleForm = (definition.ChannelFirst, definition.SwapHeightWidth) switch
            {
                (false, _) => SampleForm.Nhwc,
                (true, false) => SampleForm.Chw,
                (true, true) => SampleForm.Cwh,
            },
        };
    }
}
