// SPDX-License-Identifier: MIT
namespace Ai8x.Optim;

/// <summary>Changes the parameters it was made for along their gradients.</summary>
public interface IOptimizer
{
    /// <summary>Name, for messages and checkpoints.</summary>
    string Name { get; }

    /// <summary>Steps done so far.</summary>
    long Steps { get; }

    /// <summary>Does one step with the present gradients of all parameters.</summary>
    /// <param name="learningRate">Learning rate, positive.</param>
    void Update(double learningRate);

    /// <summary>Everything that the next step depends on besides parameters and gradients. The moments are the optimizer's own and change with the next step; <see cref="OptimizerState.Copy"/> keeps them.</summary>
    OptimizerState State { get; }

    /// <summary>Continues from a state.</summary>
    /// <param name="state">State of an optimizer of the same kind for parameters of the same sizes.</param>
    /// <exception cref="CheckpointException">The state belongs to another optimizer or other parameters; nothing is changed.</exception>
    void Restore(OptimizerState state);
}
