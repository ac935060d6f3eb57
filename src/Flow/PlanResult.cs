// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.CodeGen.Planning;
using Ai8x.Networks;

namespace Ai8x.Flow;

/// <summary>What <c>plan</c> found.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Rewrites">What was changed when the model was read.</param>
public sealed record PlanResult(NetworkPlan Plan, ImmutableArray<GraphRewrite> Rewrites);
