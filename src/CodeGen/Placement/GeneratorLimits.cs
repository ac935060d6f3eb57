// SPDX-License-Identifier: MIT
using Ai8x.Device.Limits;

namespace Ai8x.CodeGen.Placement;

/// <summary>What this version of the generator does not make yet, or never makes, although the device could: rules with a sentence like those of the device.</summary>
public static class GeneratorLimits
{
    /// <summary>Several passes.</summary>
    public static LimitRule SinglePass { get; } = new(
        "single-pass", "Layers with more than 64 input or output channels, which take several passes, are not supported yet.", "machine.md 4");

    /// <summary>Layers that the generator places.</summary>
    public static LimitRule PlainLayers { get; } = new(
        "plain-layers", "Layers other than conv2d and linear, with element-wise operations, other inputs than the layer before, cropping, write gaps, streaming, shared weights or data buffers are not supported yet.", "machine.md 4");

    /// <summary>Layers that follow each other.</summary>
    public static LimitRule ConnectedLayers { get; } = new(
        "connected-layers", "Each layer reads where the layer before it wrote: from the same processors, at the same offset.", "machine.md 4");

    /// <summary>Output layers of different width.</summary>
    public static LimitRule OutputWidths { get; } = new(
        "output-widths", "All output layers have the same output_width.", "machine.md 10.3");

    /// <summary>Soft-max.</summary>
    public static LimitRule Softmax { get; } = new(
        "softmax", "The soft-max reads a vector of 32-bit values, so the one output layer has output_width 32 and one pixel.", "machine.md 16.4");
}
