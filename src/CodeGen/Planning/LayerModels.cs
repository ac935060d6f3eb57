// SPDX-License-Identifier: MIT
using Ai8x.CodeGen.Placement;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Planning;

/// <summary>Layers with their shapes, passes and streaming, but at no place yet: enough for cycles, kernel words and the lengths of rings.</summary>
internal static class LayerModels
{
    /// <summary>Makes them.</summary>
    /// <param name="network">The network; its description says which layers stream.</param>
    /// <param name="form">How the input reaches the first layer.</param>
    public static LayerPlacement[] Of(QuantizedNetwork network, InputForm form)
    {
        LayerPlacement[] models = [.. network.Layers.Select(layer => Of(layer, layer.Index == 0 ? form : default))];
        StreamPlacer.Place(models, network.Description, form.Options);
        return models;
    }

    private static LayerPlacement Of(QuantizedLayer layer, InputForm form)
    {
        ChannelPasses outputs = ChannelPasses.Of(layer.Output.Channels), inputs = ChannelPasses.Of(layer.Input.Channels);
        return new LayerPlacement
        {
            Layer = layer,
            Hardware = HardwareSubstitution.Of(layer),
            Format = form.Format,
            Source = form.Path,
            InputMap = new(DataBlock.Lowest(inputs.PerPass)),
            OutputMap = new(DataBlock.Lowest(outputs.PerPass)),
            InputPasses = inputs,
            OutputPasses = outputs,
            InputOffset = 0,
            OutputOffset = 0,
        };
    }
}
