// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Planning.Suggestions;

/// <summary>A network as it would be planned.</summary>
/// <param name="Graph">The layers.</param>
/// <param name="WeightBits">Weight bits of each layer, 1, 2, 4 or 8; of no meaning for layers without operator.</param>
public sealed record FitCandidate(NetworkGraph Graph, ImmutableArray<int> WeightBits)
{
    private const int UsualBits = 8;

    /// <summary>A network with 8-bit weights.</summary>
    /// <param name="graph">The layers.</param>
    /// <returns>The candidate.</returns>
    public static FitCandidate Of(NetworkGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return new(graph, [.. graph.Layers.Select(_ => UsualBits)]);
    }
}
