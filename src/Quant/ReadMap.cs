// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;

namespace Ai8x.Quant;

/// <summary>What a layer reads: the sources and the shape of one operand after joining, splitting, cropping and re-shaping.</summary>
/// <param name="Inputs">Sources in order: -1 the network input, -2 minus k the data buffer k.</param>
/// <param name="Operand">Shape of one operand.</param>
internal readonly record struct ReadMap(ImmutableArray<int> Inputs, FeatureShape Operand);
