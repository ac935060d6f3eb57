// SPDX-License-Identifier: MIT
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Networks;

/// <summary>The first layers of a graph that are convolutions of one tap, each the only reader of the one before: they go through the graph four pixels at a time.</summary>
internal static class FirstPointwiseLayers
{
    /// <summary>How many there are.</summary>
    /// <param name="graph">A checked graph.</param>
    /// <param name="width">Vector width.</param>
    public static int Count(NetworkGraph graph, VectorWidth width)
    {
        if (!PointwiseStack.TakesInput(width, new SampleShape(graph.Input.Rows, graph.Input.Columns, graph.Input.Channels))) return 0;
        int count = 0;
        while (count < graph.Layers.Length && IsNext(graph, count)) count++;
        return count;
    }

    /// <summary>Makes a stack of them.</summary>
    /// <param name="graph">A checked graph.</param>
    /// <param name="width">Vector width.</param>
    /// <param name="count">Their number, at least 1.</param>
    public static PointwiseStack Stack(NetworkGraph graph, VectorWidth width, int count)
    {
        GraphLayer[] layers = [.. graph.Layers.Take(count)];
        var stack = new PointwiseStack(width, new SampleShape(graph.Input.Rows, graph.Input.Columns, graph.Input.Channels), [.. layers.Select(layer => (GraphStep.Convolution(layer, layer.Input), GraphStep.Chain(layer)))]);
        for (int i = 0; i < count; i++) stack.SetParameters(i, layers[i].Weights.AsSpan(), layers[i].Bias.IsDefault ? [] : layers[i].Bias.AsSpan());
        return stack;
    }

    private static bool IsNext(NetworkGraph graph, int index)
    {
        GraphLayer layer = graph.Layers[index];
        FeatureShape source = index == 0 ? graph.Input : graph.Layers[index - 1].Output;
        return layer is { Pooling: null, Elementwise: null, Operator: LayerOperator.Conv1d or LayerOperator.Conv2d, Dilation: 1, Activation: not ActivationKind.Abs, Inputs: [var from] }
            && from == index - 1
            && layer.Input.Channels == source.Channels
            && PointwiseStack.TakesConvolution(GraphStep.Convolution(layer, layer.Input))
            // The samples can be read twice, a map that is not written cannot.
            && (index == 0 || graph.Layers.Sum(other => other.Inputs.Count(input => input == index - 1)) == 1);
    }
}
