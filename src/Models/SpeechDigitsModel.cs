// SPDX-License-Identifier: MIT
using Ai8x.Layers;
using Ai8x.Optim;

namespace Ai8x.Models;

/// <summary>
/// <c>speech_digits_model</c>: the body of <see cref="Kws20Model"/> with ten classes, for the spoken digits zero to nine. It is ours, not published; its training
/// has the settings of the published one for twenty words.
/// </summary>
public static class SpeechDigitsModel
{
    /// <summary>Name on the command line.</summary>
    public const string Name = "speech_digits_model";

    private const int Words = 10;

    /// <summary>The model with its training.</summary>
    public static ModelDefinition Definition { get; } = new(Name, dataSet: "speech_digits", sampleIndex: 0, Kws20Model.Definition.Training, Create)
    {
        SaveSamplePerClass = true,
        ChannelFirst = true,
        SwapHeightWidth = true,
    };

    /// <summary>Makes the model without weights.</summary>
    /// <returns>The layers.</returns>
    public static Sequential Create() => Kws20Model.Create(Name, Words);
}
