// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Optim;

/// <summary>What an optimizer carries from step to step.</summary>
/// <param name="Optimizer">Name of the optimizer.</param>
/// <param name="Steps">Steps done.</param>
/// <param name="Scalars">Numbers such as powers of beta.</param>
/// <param name="Slots">Moments, one for each parameter and moment, row-major like the parameter.</param>
public sealed record OptimizerState(
    string Optimizer, long Steps, ImmutableArray<double> Scalars, ImmutableArray<ReadOnlyMemory<float>> Slots)
{
    /// <summary>Copies the moments, so that later steps of the optimizer do not change them.</summary>
    /// <returns>The same state with memory of its own.</returns>
    public OptimizerState Copy() => this with { Slots = [.. Slots.Select(slot => new ReadOnlyMemory<float>(slot.ToArray()))] };

    internal void Require(string optimizer, int scalars, int[] slotLengths)
    {
        if (Optimizer != optimizer)
        {
            throw new CheckpointException(null, $"the optimizer is {optimizer}, but the checkpoint holds the state of {Optimizer}; resume with the same optimizer");
        }

        if (Steps < 0 || Scalars.Length != scalars || !Slots.Select(slot => slot.Length).SequenceEqual(slotLengths))
        {
            throw new CheckpointException(null, $"the state of {Optimizer} in the checkpoint does not fit the parameters of this model; resume with the same model");
        }
    }
}
