// SPDX-License-Identifier: MIT
using Ai8x.Device.Limits;

namespace Ai8x.CodeGen.Placement;

/// <summary>What this version of the generator does not make yet, or never makes, although the device could: rules with a sentence like those of the device.</summary>
public static class GeneratorLimits
{
    /// <summary>Layers that follow each other.</summary>
    public static LimitRule ConnectedLayers { get; } = new(
        "connected-layers", "Each layer reads its values where the layers they come from wrote them: from the same processors, at the same offsets.", "machine.md 4");

    /// <summary>Place of a rolling buffer.</summary>
    public static LimitRule DataBufferPlace { get; } = new(
        "data-buffer-place", "A data buffer lies inside the 32,768 bytes of a data memory instance, with one processor for each channel of a pass and values of 8 bits.", "network-yaml.md 6");

    /// <summary>Place of a part that is unloaded.</summary>
    public static LimitRule UnloadRange { get; } = new(
        "unload-range", "A part of data memory that is unloaded lies inside the 32,768 bytes of an instance, with one processor for each channel of a pass.", "network-yaml.md 1.1");

    /// <summary>Output layers of different width.</summary>
    public static LimitRule OutputWidths { get; } = new(
        "output-widths", "All output layers have the same output_width.", "machine.md 10.3");

    /// <summary>Output layers in the integer computation.</summary>
    public static LimitRule ComputedOutputs { get; } = new(
        "computed-outputs", "The integer computation reaches every output layer, so that there is a known answer.", "network-yaml.md 2");

    /// <summary>Joins in a plan.</summary>
    public static LimitRule PlannedJoin { get; } = new(
        "planned-join", "The sources that a layer joins lie side by side on 64 processors at most, each in one arrangement.", "machine.md 9");

    /// <summary>Room in a plan.</summary>
    public static LimitRule PlannedPlace { get; } = new(
        "planned-place", "A plan gives every layer processors and offsets that no other live data uses.", "network-yaml.md 4.3");

    /// <summary>Streaming in a plan.</summary>
    public static LimitRule PlannedStreaming { get; } = new(
        "planned-streaming", "Where a network has no room in data memory, the first layers of its plan stream: up to 8 convolutions of two dimensions that follow each other, the last of them padded and with an output that has room.", "network-yaml.md 5");

    /// <summary>Soft-max.</summary>
    public static LimitRule Softmax { get; } = new(
        "softmax", "The soft-max reads one vector, so the last layer is the only output layer, has one pixel, and nothing else is unloaded.", "machine.md 16.4");

    /// <summary>Values that the registers cannot hold.</summary>
    public static LimitRule RegisterField { get; } = new(
        "register-field", "Every value fits the field of its register.", "machine.md 3.4");

    /// <summary>Unloading by the accelerator.</summary>
    public static LimitRule Mlator { get; } = new(
        "mlator", "The accelerator gathers 8-bit outputs of at least 4 pixels, whose number is a multiple of 4 unless there is one channel.", "machine.md 10.3");

    /// <summary>The fan-out of the fast FIFO.</summary>
    public static LimitRule QuadFifo { get; } = new(
        "quad-fifo", "With --fast-fifo-quad the first layer is a convolution with 3x3 kernels of 8 bits and without bias, on at most the first four processors.", "machine.md 12.4");

    /// <summary>Streaming without a FIFO.</summary>
    public static LimitRule StreamingInput { get; } = new(
        "streaming-input", "A first layer that streams takes its input from a FIFO.", "network-yaml.md 5");
}
