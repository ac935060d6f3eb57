// SPDX-License-Identifier: MIT
using Ai8x.Autograd;
using Ai8x.Tensors;

namespace Ai8x.Optim;

/// <summary>Stochastic gradient descent without momentum: <c>w -= lr * g</c>, in float32 (training-flow.md section 2.6).</summary>
/// <param name="parameters">The parameters to change.</param>
/// <param name="context">The workers.</param>
public sealed class Sgd(IReadOnlyList<Parameter> parameters, ComputeContext context) : IOptimizer
{
    /// <inheritdoc/>
    public string Name => "SGD";

    /// <inheritdoc/>
    public long Steps { get; private set; }

    /// <inheritdoc/>
    public void Update(double learningRate)
    {
        foreach (Parameter parameter in parameters)
        {
            OptimizerKernels.Sgd(parameter.Value, parameter.Gradient, [], (float)learningRate, momentum: 0, context);
        }

        Steps++;
    }

    /// <inheritdoc/>
    public OptimizerState State => new(Name, Steps, [], []);

    /// <inheritdoc/>
    public void Restore(OptimizerState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Require(Name, 0, []);
        Steps = state.Steps;
    }
}
