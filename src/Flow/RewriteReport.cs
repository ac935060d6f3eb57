// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.Flow;

/// <summary>Shows what was changed when a model was read, so that nothing happens to it unseen.</summary>
public static class RewriteReport
{
    /// <summary>One line for each change: the layer, what was done, and why the values stay.</summary>
    /// <param name="graph">The model, or null where there is none; without changes nothing is shown.</param>
    /// <param name="observer">Receives the lines.</param>
    public static void Show(NetworkGraph? graph, FlowObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        if (graph is null) return;
        foreach (GraphRewrite rewrite in graph.Rewrites) observer.Line($"rewritten: {rewrite}");
    }
}
