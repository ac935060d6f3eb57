// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.Onnx.Reading;

/// <summary>What a description, or an entry in our own files, says beforehand about a layer, so that its nodes are put together as they were.</summary>
/// <param name="Operator">The operator.</param>
/// <param name="Elementwise">Whether an element-wise operation stands in front of it.</param>
/// <param name="PoolLast">Whether pooling stands behind the element-wise operation.</param>
internal readonly record struct PlannedLayer(LayerOperator Operator, bool Elementwise, bool PoolLast)
{
    private const string ElementwiseWord = "eltwise";
    private const string PoolLastWord = "pool";

    public static PlannedLayer Of(LayerDescription layer) => new(layer.Operator, layer.Elementwise is not null, !layer.PoolFirst);

    public static PlannedLayer Of(GraphLayer layer) => new(layer.Operator, layer.Elementwise is not null, !layer.PoolFirst);

    /// <summary>The layer as a word: its operator, behind <c>eltwise-</c> and <c>pool-</c> where these belong to it.</summary>
    public string Word => (Elementwise ? ElementwiseWord + "-" : "") + (PoolLast ? PoolLastWord + "-" : "") + OperatorWord(Operator);

    public static PlannedLayer? Parse(string word)
    {
        ReadOnlySpan<char> rest = word;
        bool elementwise = Skip(ref rest, ElementwiseWord + "-"), last = Skip(ref rest, PoolLastWord + "-");
        foreach (LayerOperator kind in Enum.GetValues<LayerOperator>())
        {
            if (rest.SequenceEqual(OperatorWord(kind))) return new(kind, elementwise, last);
        }

        return null;
    }

    private static bool Skip(ref ReadOnlySpan<char> text, string start)
    {
        if (!text.StartsWith(start)) return false;
        text = text[start.Length..];
        return true;
    }

    private static string OperatorWord(LayerOperator kind) => kind switch
    {
        LayerOperator.None => "none",
        LayerOperator.Conv1d => "conv1d",
        LayerOperator.Conv2d => "conv2d",
        LayerOperator.ConvTranspose2d => "convtranspose2d",
        _ => "linear",
    };
}
