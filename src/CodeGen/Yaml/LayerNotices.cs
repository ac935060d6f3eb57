// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Yaml;

/// <summary>What deserves attention in how layers follow each other (warnings and notices of network-yaml.md sections 2 and 3).</summary>
internal static class LayerNotices
{
    public static void Add(NetworkDescription network, List<string> notices)
    {
        ImmutableArray<LayerDescription> layers = network.Layers;
        for (int i = 0; i < layers.Length; i++)
        {
            bool read = layers.Skip(i + 1).Any(layer => layer.InputLayers.Contains(i)) || (i + 1 < layers.Length && layers[i + 1].InputLayers.IsEmpty);
            if (layers[i].OutputWidth == 32 && read) notices.Add($"{network.Where(i)}: the output is 32 bits wide, but the layers that read it take 8 bits.");
            if (i > 0 && layers[i].InputLayers.IsEmpty && layers[i].InputOffset is int offset && offset != layers[i - 1].OutputOffset) notices.Add($"{network.Where(i)}: in_offset is {DescriptionText.Hex(offset)}, but the layer before writes to {DescriptionText.Hex(layers[i - 1].OutputOffset)}.");
        }

        if (layers.Any(layer => layer.IsOutput) && !layers[^1].IsOutput) notices.Add($"{network.Source}: some layers are marked with output: true, the final one is not; its data is not part of the known answer.");
    }
}
