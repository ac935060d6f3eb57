// SPDX-License-Identifier: MIT
namespace Ai8x.Bench.Measuring;

/// <summary>An engine with one of the published models: ours or a peer.</summary>
internal interface IMeasuredEngine : IDisposable
{
    /// <summary>Name in the results.</summary>
    string Name { get; }

    /// <summary>Versions of the engine and what it rests on.</summary>
    string Version { get; }

    /// <summary>Where the samples come from.</summary>
    string Data { get; }

    /// <summary>Makes the model ready to learn from its first weights.</summary>
    /// <param name="batch">Samples in a batch.</param>
    void BeginTraining(int batch);

    /// <summary>Gathers the next shuffled batch, runs forward and backward, and lets Adam step.</summary>
    /// <param name="wantLoss">Whether the loss is read back.</param>
    /// <returns>The mean loss before the step, or not-a-number where it was not wanted.</returns>
    double TrainingStep(bool wantLoss);

    /// <summary>Makes the model ready for inference of the first samples with its first weights.</summary>
    /// <param name="batch">Samples in a batch.</param>
    void BeginInference(int batch);

    /// <summary>Computes the logits of the batch.</summary>
    void Infer();

    /// <summary>Logits of the batch's first sample.</summary>
    float[] FirstLogits();
}
