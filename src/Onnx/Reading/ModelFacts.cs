// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Networks;
using Ai8x.Onnx.Schema;

namespace Ai8x.Onnx.Reading;

/// <summary>What a model says besides its graph: name, input scale and, in our own files, the kinds of its layers.</summary>
/// <param name="Name">Name of the network.</param>
/// <param name="IsOwn">Whether our exporter wrote the file.</param>
/// <param name="InputScale">128, 256, or null where the file does not say.</param>
/// <param name="Plan">Kinds of the layers, or empty where the file does not say.</param>
internal sealed record ModelFacts(string Name, bool IsOwn, int? InputScale, ImmutableArray<PlannedLayer> Plan)
{
    public const string Producer = "Ai8x.Managed";
    public const string InputScaleKey = "input_scale";
    public const string LayerOperatorsKey = "layer_operators";
    private const string ConvertedFrom = "converted from ";
    private const int MaxNameLength = 128;

    public static ModelFacts Of(OnnxDocument document)
    {
        ModelProto model = document.Model;
        bool isOwn = model.ProducerName == Producer;
        return new ModelFacts(NetworkName(model.Graph), isOwn, ScaleOf(document), OperatorsOf(document));
    }

    /// <summary>The layer's name: the path of its node without the operator in our files, the innermost layer of the path in others.</summary>
    public static string LayerName(LayerDraft draft, bool isOwn)
    {
        string node = draft.Node.Name;
        int end = node.LastIndexOf('/');
        string path = end < 0 ? "" : isOwn ? node[..end] : node[(node.LastIndexOf('/', Math.Max(end - 1, 0)) + 1)..end];
        return path.Length > 0 ? Printable(path) : string.Create(CultureInfo.InvariantCulture, $"layer{draft.Index}");
    }

    private static string NetworkName(GraphProto graph)
    {
        // The converter of the published models calls every graph alike and keeps the folder of the model in the description.
        string name = graph.DocString.StartsWith(ConvertedFrom, StringComparison.Ordinal) ? graph.DocString[(graph.DocString.LastIndexOfAny(['/', '\\', ' ']) + 1)..] : graph.Name;
        return name.Length > 0 ? Printable(name) : "network";
    }

    private static int? ScaleOf(OnnxDocument document) => Entry(document, InputScaleKey) switch
    {
        null => null,
        "128" => 128,
        "256" => 256,
        string other => throw new OnnxFormatException(document.Source, $"the entry {InputScaleKey} is '{Printable(other)}'; the training input is divided by 128 or 256."),
    };

    private static ImmutableArray<PlannedLayer> OperatorsOf(OnnxDocument document)
    {
        if (Entry(document, LayerOperatorsKey) is not { } text) return [];
        ImmutableArray<PlannedLayer>.Builder plan = ImmutableArray.CreateBuilder<PlannedLayer>();
        foreach (string word in text.Split(' '))
        {
            if (PlannedLayer.Parse(word) is not { } layer) throw new OnnxFormatException(document.Source, $"the entry {LayerOperatorsKey} names the unknown operator '{Printable(word)}'.");
            plan.Add(layer);
        }

        return plan.ToImmutable();
    }

    private static string? Entry(OnnxDocument document, string key)
    {
        string? value = null;
        foreach (StringStringEntryProto entry in document.Model.MetadataProps)
        {
            if (entry.Key != key) continue;
            if (value is not null) throw new OnnxFormatException(document.Source, $"the entry {key} is given twice.");
            value = entry.Value;
        }

        return value;
    }

    private static string Printable(string text)
    {
        string cut = text.Length > MaxNameLength ? text[..MaxNameLength] : text;
        return string.Concat(cut.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '_' : c));
    }
}
