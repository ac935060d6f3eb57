// SPDX-License-Identifier: MIT
using Ai8x.Layers;
using Ai8x.Optim;

namespace Ai8x.Models;

/// <summary>A published model: how to make it, and how it was trained (training-flow.md sections 1.4 and 3).</summary>
public sealed class ModelDefinition
{
    private readonly Func<ModelArchitecture> _create;

    internal ModelDefinition(string name, string dataSet, int sampleIndex, TrainingOptions training, Func<ModelArchitecture> create)
    {
        Name = name;
        DataSet = dataSet;
        SampleIndex = sampleIndex;
        Training = training;
        _create = create;
    }

    /// <summary>Name on the command line, for example <c>mnist_model</c>.</summary>
    public string Name { get; }

    /// <summary>Name of the data set that it was published with, for example <c>mnist</c>.</summary>
    public string DataSet { get; }

    /// <summary>Index of the published sample in the data set's test part.</summary>
    public int SampleIndex { get; }

    /// <summary>Whether the published command saves a sample of each class.</summary>
    public bool SaveSamplePerClass { get; internal init; }

    /// <summary>Whether the published command saves samples channel-first.</summary>
    public bool ChannelFirst { get; internal init; }

    /// <summary>Whether the published command keeps width before height in channel-first samples.</summary>
    public bool SwapHeightWidth { get; internal init; }

    /// <summary>The published training: epochs, batch size, optimizer, learning rate and schedule.</summary>
    public TrainingOptions Training { get; }

    /// <summary>Makes the model without weights.</summary>
    /// <returns>The layers; <c>Build</c> gives them weights.</returns>
    public ModelArchitecture Create() => _create();
}
