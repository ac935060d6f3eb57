// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.CodeGen.Yaml;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Planning;

/// <summary>A network as a description that says what its layers are, but not yet where they lie.</summary>
internal static class GraphStructure
{
    /// <summary>Stands where a map is still to be chosen.</summary>
    public static ProcessorMap Open { get; } = new(ulong.MaxValue);

    /// <summary>Describes the layers of a graph.</summary>
    public static NetworkDescription Of(NetworkGraph graph, PlanOptions options)
    {
        HashSet<string> names = new(["stop", "input"], StringComparer.OrdinalIgnoreCase);
        return new NetworkDescription
        {
            Source = "(planned)",
            Architecture = DescriptionText.IsAllowed(graph.Name) ? graph.Name : "network",
            Dataset = options.Dataset,
            Layers = [.. graph.Layers.Select((layer, index) => Layer(graph, layer, index, options, names))],
        };
    }

    /// <summary>Takes all choices of placement out of a description.</summary>
    public static NetworkDescription Without(NetworkDescription description) => description with
    {
        OutputMap = null,
        Layers =
        [
            .. description.Layers.Select(layer => layer with
            {
                Processors = Open,
                OutputProcessors = null,
                InputOffset = null,
                OutputOffset = 0,
                WriteGap = 0,
                BiasQuadrants = [],
                DataFormat = DataFormat.Hwc,
                Streaming = false,
            }),
        ],
    };

    private static LayerDescription Layer(NetworkGraph graph, GraphLayer layer, int index, PlanOptions options, HashSet<string> names)
    {
        bool convolves = layer.Operator is not (LayerOperator.None or LayerOperator.Linear);
        FeatureShape source = layer.Inputs is [int only, ..] && only >= 0 ? graph.Layers[only].Output : graph.Input;
        return new LayerDescription
        {
            Name = DescriptionText.IsAllowed(layer.Name) && names.Add(layer.Name) ? layer.Name : string.Create(CultureInfo.InvariantCulture, $"layer{index}"),
            Processors = Open,
            Operator = layer.Operator,
            Activation = layer.Activation,
            KernelRows = convolves ? layer.KernelRows : null,
            KernelColumns = convolves ? layer.KernelColumns : null,
            Padding = convolves ? layer.Padding : null,
            Pooling = layer.Pooling,
            InputLayers = layer.Inputs is [int before] && before == index - 1 ? [] : layer.Inputs,
            InputDimensions = (source.Rows, source.Columns) == (layer.Input.Rows, layer.Input.Columns) ? null : (layer.Input.Rows, layer.Input.Columns),
            Flatten = layer.Flatten,
            Elementwise = layer.Elementwise,
            Operands = layer.Elementwise is null ? 1 : layer.Inputs.Length,
            PoolFirst = layer.PoolFirst,
            Dilation = layer.Dilation,
            WeightBits = layer.Operator == LayerOperator.None || options.WeightBits == 8 ? null : options.WeightBits,
            OutputWidth = layer.Wide ? 32 : 8,
        };
    }
}
