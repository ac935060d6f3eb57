// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Layers;
using Ai8x.Tensors;

namespace Ai8x.Optim;

/// <summary>Whether a data set and a model fit together.</summary>
internal static class DataAgreement
{
    /// <summary>Changes of images are for images: at least two rows and two columns.</summary>
    public static void RequireImages(TrainingOptions options, SampleSource source)
    {
        string? option = options.MirrorImages ? "mirror" : options.ShiftImages > 0 ? "shift" : options.HideImages > 0 ? "hide" : null;
        if (option is null || source.Shape is { Height: > 1, Width: > 1 }) return;
        throw new TrainingConfigurationException(
            option, "Only images are changed: samples of at least two rows and two columns.", $"the samples of {source.Name} are {source.Shape}", "Leave the option out.");
    }

    public static void Check(Model model, SampleSource source)
    {
        string where = $"data set {source.Name} with model {model.Name}";
        if (source.Count < 1)
        {
            throw new TrainingConfigurationException(where, "A data set has at least one sample.", "it is empty", "Choose another data set.");
        }

        if (source.Shape != model.InputShape)
        {
            throw new TrainingConfigurationException(
                where, $"The model reads samples of {model.InputShape}.", $"the samples are {source.Shape}", "Choose a model for this data set.");
        }

        if (model.OutputShape.Pixels != 1)
        {
            throw new TrainingConfigurationException(
                where, "A classifier ends with a vector [1, 1, classes].", $"the output is {model.OutputShape}", "End the model with a dense layer.");
        }

        if (source.ClassNames.Length != model.OutputShape.Channels)
        {
            throw new TrainingConfigurationException(
                where,
                "The model has one output per class.",
                string.Create(CultureInfo.InvariantCulture, $"it has {model.OutputShape.Channels} outputs for {source.ClassNames.Length} classes"),
                "Choose a model for this data set.");
        }
    }
}
