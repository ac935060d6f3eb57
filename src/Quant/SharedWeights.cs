// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.Quant;

/// <summary>Layers that share weights must read them in the same way.</summary>
internal static class SharedWeights
{
    /// <summary>Collects layers that use another kernel or other weight bits than the layer whose weights they share.</summary>
    public static void Check(NetworkDescription description, IReadOnlyList<QuantizedLayer> layers, ICollection<LimitViolation> violations)
    {
        foreach (QuantizedLayer layer in layers)
        {
            if (layer.WeightSource is not int index || index >= layers.Count) continue;
            QuantizedLayer source = layers[index];
            if ((layer.KernelRows, layer.KernelColumns, layer.WeightBits, layer.Flatten) == (source.KernelRows, source.KernelColumns, source.WeightBits, source.Flatten)) continue;
            violations.Add(new(
                DeviceLimits.WeightSource,
                description.Where(layer.Index),
                string.Create(CultureInfo.InvariantCulture, $"it reads {layer.WeightBits}-bit weights as {layer.KernelRows}x{layer.KernelColumns} kernels, layer {index} {source.WeightBits}-bit weights as {source.KernelRows}x{source.KernelColumns}"),
                "Give both layers the same kernel_size and quantization, or give the layer weights of its own."));
        }
    }
}
