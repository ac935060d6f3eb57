// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Layers;

/// <summary>A parameter that a layer asks for.</summary>
/// <param name="Suffix"><c>kernel</c> or <c>bias</c>; the parameter's name is <c>layer/suffix</c>.</param>
/// <param name="Shape">Axes: <c>[O, I, KH, KW]</c>, <c>[O, I, K]</c>, <c>[O, N]</c> or <c>[O]</c>.</param>
/// <param name="FanIn">Inputs of one output: kernel area times input channels.</param>
/// <param name="FanOut">Outputs fed by one input: kernel area times output channels.</param>
/// <param name="Initializer">Where the first values come from.</param>
/// <param name="Regularizer">Penalty on the values, or null.</param>
internal sealed record WeightSpecification(string Suffix, ImmutableArray<int> Shape, int FanIn, int FanOut, Initializer Initializer, L2? Regularizer)
{
    public const string Kernel = "kernel";

    public const string Bias = "bias";

    public int Count => Shape.Aggregate(1, (product, extent) => checked(product * extent));
}
