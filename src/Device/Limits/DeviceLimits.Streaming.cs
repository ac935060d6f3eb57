// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Device.Limits;

/// <summary>The rules of input through a FIFO and of layers through which data flows.</summary>
public static partial class DeviceLimits
{
    /// <summary>Most streaming layers.</summary>
    public const int MaximumStreamingLayers = 8;

    /// <summary>Channels of input through the FIFO.</summary>
    public static LimitRule FifoChannels { get; } = new("fifo-channels", "The FIFO takes at most 16 channels of HWC data or 4 channels of CHW data, for a first layer with one operand and without flatten.", "network-yaml.md 5");

    /// <summary>Processors of input through the FIFO.</summary>
    public static LimitRule FifoProcessors { get; } = new(
        "fifo-processors", "Data from the FIFO goes to the first four processors of each quadrant (CHW: to the first one), quadrant after quadrant from 0 on.", "network-yaml.md 5");

    /// <summary>Folded input through the FIFO.</summary>
    public static LimitRule FifoFolded { get; } = new(
        "fifo-folded", "A dilated convolution that runs as a folded picture takes its input from the FIFO only if the length is a multiple of the dilation.", "machine.md 12");

    /// <summary>First layer behind the fast FIFO.</summary>
    public static LimitRule FastFifo { get; } = new(
        "fast-fifo", "The fast FIFO takes at most 4 channels of HWC data or 1 channel of CHW data, for a first layer with an operator and 8-bit output.", "network-yaml.md 5");

    /// <summary>Core that reaches the fast FIFO.</summary>
    public static LimitRule FastFifoCore { get; } = new("fast-fifo-core", "Only the RISC-V core reaches the fast FIFO.", "network-yaml.md 5");

    /// <summary>Order of streaming layers.</summary>
    public static LimitRule StreamingPrefix { get; } = new("streaming-prefix", "Streaming layers are the first ones of a network, without a gap.", "network-yaml.md 5");

    /// <summary>Number of streaming layers.</summary>
    public static LimitRule StreamingLayers { get; } = new("streaming-layers", "At most 8 layers stream.", "machine.md 1.1");

    /// <summary>Padding of the last streaming layer.</summary>
    public static LimitRule StreamingPadding { get; } = new("streaming-padding", "The last streaming layer pads rows and columns.", "network-yaml.md 5");

    /// <summary>Counters of a streaming layer.</summary>
    public static LimitRule StreamingCounters { get; } = new(
        "streaming-counters",
        "A streaming layer's start count is below 16,384, its deltas are below 32 in a row and 4,096 at its end, the input passes in front of it are below 16, and the row cache entries up to it below 4,096.",
        "network-yaml.md 4.6");

    /// <summary>Rings of streaming layers.</summary>
    public static LimitRule StreamingBuffers { get; } = new(
        "streaming-buffers", "The circular input buffers of streaming layers, and the output of the last of them, lie apart from each other inside data memory.", "network-yaml.md 5");

    private static ImmutableArray<LimitRule> Streaming =>
        [FifoChannels, FifoProcessors, FifoFolded, FastFifo, FastFifoCore, StreamingPrefix, StreamingLayers, StreamingPadding, StreamingCounters, StreamingBuffers];
}
