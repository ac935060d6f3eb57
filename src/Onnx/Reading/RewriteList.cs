// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;

namespace Ai8x.Onnx.Reading;

/// <summary>Names the layers of all changes, those of nodes first.</summary>
internal static class RewriteList
{
    public static ImmutableArray<GraphRewrite> Of(GraphContext graph, ImmutableArray<string> names)
    {
        var byNode = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (LayerDraft draft in graph.Drafts) byNode.TryAdd(draft.Node.Name, names[draft.Index]);
        IEnumerable<GraphRewrite> nodes = graph.Nodes.Rewrites.Select(rewrite => new GraphRewrite(byNode.GetValueOrDefault(rewrite.Node, rewrite.Node), rewrite.What, rewrite.Why));
        IEnumerable<GraphRewrite> layers = graph.Rewrites.Where(rewrite => graph.Drafts.Contains(rewrite.Layer)).Select(rewrite => new GraphRewrite(names[rewrite.Layer.Index], rewrite.What, rewrite.Why));
        return [.. nodes, .. layers];
    }
}
