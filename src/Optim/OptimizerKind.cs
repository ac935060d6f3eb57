// SPDX-License-Identifier: MIT
namespace Ai8x.Optim;

/// <summary>The optimizers of the flow (training-flow.md section 1.1).</summary>
public enum OptimizerKind
{
    /// <summary>Adam with beta1 0.9, beta2 0.999, epsilon 1e-7.</summary>
    Adam,

    /// <summary>Stochastic gradient descent without momentum.</summary>
    Sgd,
}
