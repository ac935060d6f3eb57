// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Networks;

namespace Ai8x.Onnx.Reading;

/// <summary>
/// Ends layers. The chip clamps every result; where a model has no clamp, the weights may prove that none is needed: what a layer reads
/// lies in -1..1, so its results lie within the sum of its weights' magnitudes and its bias.
/// </summary>
internal static class LayerEnd
{
    /// <summary>Sees to it that a layer is complete.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="draft">The layer.</param>
    /// <param name="isLast">Whether the result of the network is the layer's, which may be wide.</param>
    public static void Require(GraphContext graph, LayerDraft draft, bool isLast)
    {
        if (draft.IsComplete || draft.IsClampBegun) draft.CheckComplete();
        if (draft.Step == LayerStep.Complete || draft.Operator == LayerOperator.None)
        {
            draft.CheckComplete();
            return;
        }

        if (draft.IsClampedAbove)
        {
            draft.EndNarrow();
            return;
        }

        if (TryEndNarrow(graph, draft)) return;
        double reach = Reach(draft);
        string text = Number(reach);
        if (isLast && reach <= ClampLimits.Wide && draft.Activation == ActivationKind.None && !draft.IsNarrowOnly)
        {
            draft.EndWide();
            graph.Rewrites.Add((draft, "The last layer became wide (32-bit results).", $"The model does not clamp it; by the weights no value exceeds {text}, within the ±131072 of a wide layer, so nothing changes."));
        }
        else
        {
            throw draft.Node.Error($"the layer has no clamp behind it, and by its weights its values can reach {text}; every layer of the chip ends with Min(1) and Max(-1), or Min(131072) and Max(-131072) if its output is wide. Train the model with that clamp (Hardtanh, or clip to -1..1).");
        }
    }

    /// <summary>Ends a layer with an operator and no clamp with the clamp to ±1, if its weights prove that no value exceeds it.</summary>
    /// <returns>Whether they do.</returns>
    public static bool TryEndNarrow(GraphContext graph, LayerDraft draft)
    {
        double reach = Reach(draft);
        if (reach > ClampLimits.Narrow) return false;
        draft.EndNarrow();
        graph.Rewrites.Add((draft, "The clamp to -1..1 was added.", $"The chip clamps every result; by the weights no value exceeds {Number(reach)}, so nothing changes."));
        return true;
    }

    private static string Number(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:G6}");

    private static double Reach(LayerDraft draft)
    {
        if (draft.Inputs.Any(input => input is { Wide: true })) return double.PositiveInfinity;
        double reach = 0;
        int outputs = draft.Shape.Channels, size = draft.Weights.Length / outputs;
        ReadOnlySpan<float> weights = draft.Weights.AsSpan();
        for (int o = 0; o < outputs; o++)
        {
            double sum = draft.Bias.IsEmpty ? 0 : Math.Abs(draft.Bias[o]);
            foreach (float weight in weights.Slice(o * size, size)) sum += Math.Abs(weight);
            reach = Math.Max(reach, sum);
        }

        return Math.ScaleB(reach, draft.OutputShift);
    }
}
