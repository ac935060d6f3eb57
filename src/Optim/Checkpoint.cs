// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Ai8x.Autograd;
using Ai8x.Layers;

namespace Ai8x.Optim;

/// <summary>Everything from which a training run continues to the same bits, as it is between two epochs.</summary>
public sealed record Checkpoint
{
    /// <summary>Name of the file with the state after the last complete epoch.</summary>
    public const string LastFileName = "checkpoint-last.ckpt";

    /// <summary>Name of the file with the state after the epoch of the highest validation score.</summary>
    public const string BestFileName = "checkpoint-best.ckpt";

    /// <summary>What the run computes, one setting a line; a run is resumed only with the same text.</summary>
    public required string Configuration { get; init; }

    /// <summary>Schedule after the last complete epoch.</summary>
    public required ScheduleState Schedule { get; init; }

    /// <summary>Metrics of the complete epochs, the first epoch first.</summary>
    public required ImmutableArray<EpochMetrics> History { get; init; }

    /// <summary>First epoch, from 1, with the highest score on the validation data; 0 before the first.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>That score: accuracy or top-five share, 0..1, or minus the loss (<see cref="TrainingMetric"/>); negative infinity before the first epoch.</summary>
    public required double BestScore { get; init; }

    /// <summary>The parameters of the model, in order.</summary>
    public required ImmutableArray<CheckpointWeight> Weights { get; init; }

    /// <summary>State of the optimizer.</summary>
    public required OptimizerState Optimizer { get; init; }

    /// <summary>Complete epochs.</summary>
    public int EpochsCompleted => History.Length;

    /// <summary>SHA-256 of the UTF-8 text of <see cref="Configuration"/>, 64 lower-case hexadecimal digits.</summary>
    public string ConfigurationHash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Configuration)));

    /// <summary>Names parameters as <see cref="Weights"/> holds them, without copying: the values are those of the model and change with it.</summary>
    /// <param name="parameters">The parameters of a model.</param>
    /// <returns>Their names, shapes and values.</returns>
    public static ImmutableArray<CheckpointWeight> View(IEnumerable<Parameter> parameters) =>
        [.. parameters.Select(parameter => new CheckpointWeight(parameter.Name, parameter.Shape, parameter.ValueMemory))];

    /// <summary>Gives a model the weights of the checkpoint.</summary>
    /// <param name="model">A model with the same parameters: names, order and shapes.</param>
    /// <exception cref="CheckpointException">The parameters differ; the model is then unchanged.</exception>
    public void ApplyWeights(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Parameters.Length != Weights.Length)
        {
            throw new CheckpointException(null, $"model {model.Name} has {model.Parameters.Length} parameters, the checkpoint {Weights.Length}; use the checkpoint of this model");
        }

        for (int i = 0; i < Weights.Length; i++)
        {
            Parameter parameter = model.Parameters[i];
            if (parameter.Name == Weights[i].Name && parameter.Shape.SequenceEqual(Weights[i].Shape)) continue;
            throw new CheckpointException(
                null, $"parameter {i} of model {model.Name} is {Describe(parameter.Name, parameter.Shape)}, in the checkpoint {Describe(Weights[i].Name, Weights[i].Shape)}; use the checkpoint of this model");
        }

        for (int i = 0; i < Weights.Length; i++) Weights[i].Values.Span.CopyTo(model.Parameters[i].Value);
    }

    private static string Describe(string name, ImmutableArray<int> shape) => $"{name} [{string.Join(", ", shape)}]";
}
