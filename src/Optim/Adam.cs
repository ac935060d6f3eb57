// SPDX-License-Identifier: MIT
using Ai8x.Autograd;
using Ai8x.Tensors;

namespace Ai8x.Optim;

/// <summary>
/// Adam (training-flow.md section 2.6). With gradient g, step t from 1: <c>m = b1 m + (1 - b1) g</c>, <c>v = b2 v + (1 - b2) g²</c>,
/// <c>w -= lr_t m / (sqrt(v) + epsilon)</c>, where <c>lr_t = lr sqrt(1 - b2^t) / (1 - b1^t)</c>.
/// </summary>
/// <remarks>
/// The powers of beta are doubles made by repeated multiplication and are part of the state; <c>lr_t</c> is worked out in double and
/// rounded to float once. The rest is float32.
/// </remarks>
public sealed class Adam : IOptimizer
{
    /// <summary>Decay of the first moment.</summary>
    public const double Beta1 = 0.9;

    /// <summary>Decay of the second moment.</summary>
    public const double Beta2 = 0.999;

    /// <summary>Added to the root of the second moment.</summary>
    public const double Epsilon = 1e-7;

    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly ComputeContext _context;
    private readonly float[][] _first;
    private readonly float[][] _second;
    private readonly (int Parameter, int Start, int Length)[] _ranges;
    private readonly Action<int, int> _updateRange;
    private float _rate;
    private double _power1 = 1;
    private double _power2 = 1;

    /// <summary>Starts with all moments zero.</summary>
    /// <param name="parameters">The parameters to change.</param>
    /// <param name="context">The workers.</param>
    public Adam(IReadOnlyList<Parameter> parameters, ComputeContext context)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(context);
        _parameters = parameters;
        _context = context;
        _first = [.. parameters.Select(parameter => new float[parameter.Count])];
        _second = [.. parameters.Select(parameter => new float[parameter.Count])];
        _ranges = [.. from i in Enumerable.Range(0, parameters.Count) from range in WorkRanges.Of(parameters[i].Count) select (i, range.Start, range.Length)];
        _updateRange = (range, _) => Update(_ranges[range]);
    }

    /// <inheritdoc/>
    public string Name => "Adam";

    /// <inheritdoc/>
    public long Steps { get; private set; }

    /// <inheritdoc/>
    public void Update(double learningRate)
    {
        _power1 *= Beta1;
        _power2 *= Beta2;
        Steps++;
        _rate = (float)(learningRate * Math.Sqrt(1 - _power2) / (1 - _power1));
        _context.For(_ranges.Length, _updateRange);
    }

    /// <inheritdoc/>
    public OptimizerState State =>
        new(Name, Steps, [_power1, _power2], [.. _first.Concat(_second).Select(slot => new ReadOnlyMemory<float>(slot))]);

    /// <inheritdoc/>
    public void Restore(OptimizerState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        float[][] slots = [.. _first, .. _second];
        state.Require(Name, 2, [.. slots.Select(slot => slot.Length)]);
        Steps = state.Steps;
        (_power1, _power2) = (state.Scalars[0], state.Scalars[1]);
        for (int i = 0; i < slots.Length; i++) state.Slots[i].Span.CopyTo(slots[i]);
    }

    private void Update((int Parameter, int Start, int Length) range)
    {
        Parameter parameter = _parameters[range.Parameter];
        OptimizerKernels.Adam(
            parameter.Value.Slice(range.Start, range.Length), parameter.Gradient.Slice(range.Start, range.Length),
            _first[range.Parameter].AsSpan(range.Start, range.Length), _second[range.Parameter].AsSpan(range.Start, range.Length),
            _rate, (float)Beta1, (float)Beta2, (float)Epsilon, _context);
    }
}
