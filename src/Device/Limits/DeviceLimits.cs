// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Device.Limits;

/// <summary>What the MAX78000 can hold (machine.md section 1.1, network-yaml.md section 4), each limit as a named rule.</summary>
public static partial class DeviceLimits
{
    /// <summary>Most channels in or out of a layer: 16 passes of 64.</summary>
    public const int MaximumChannels = 1024;

    /// <summary>Processors, and with them the channels of one pass.</summary>
    public const int Processors = 64;

    /// <summary>Most rows or columns of a feature map.</summary>
    public const int MaximumDimension = 1023;

    /// <summary>Most hardware layers.</summary>
    public const int MaximumLayers = 32;

    /// <summary>Largest pooling window per axis, and largest pooling stride.</summary>
    public const int MaximumPool = 16;

    /// <summary>Largest padding on each side.</summary>
    public const int MaximumPadding = 2;

    /// <summary>Longest one-dimensional kernel.</summary>
    public const int MaximumKernelLength = 9;

    /// <summary>Largest magnitude of the total output shift.</summary>
    public const int MaximumShift = 15;

    /// <summary>Bytes of one data memory instance.</summary>
    public const int DataInstanceBytes = 32768;

    /// <summary>Kernel words of 72 bits per processor.</summary>
    public const int KernelWords = 768;

    /// <summary>Bias bytes per quadrant.</summary>
    public const int BiasBytes = 512;

    /// <summary>Most pixels of a feature map that is flattened.</summary>
    public const int MaximumFlattenPixels = 256;

    /// <summary>Channels in or out of a layer.</summary>
    public static LimitRule Channels { get; } = new("channels", "A layer has 1 to 1,024 input channels and 1 to 1,024 output channels.", "machine.md 1.1");

    /// <summary>Rows and columns of a feature map.</summary>
    public static LimitRule Dimensions { get; } = new("dimensions", "Rows and columns of a feature map are 1 to 1,023 each, and rows - 1 + 2 * padding stays below 1,024.", "network-yaml.md 4.1");

    /// <summary>Number of layers.</summary>
    public static LimitRule Layers { get; } = new("layers", "The accelerator executes 1 to 32 layers.", "machine.md 1.1");

    /// <summary>Kernel of a two-dimensional convolution.</summary>
    public static LimitRule Conv2dKernel { get; } = new("conv2d-kernel", "A two-dimensional convolution has a kernel of 1x1 or 3x3.", "machine.md 1.1");

    /// <summary>Kernel of a one-dimensional convolution.</summary>
    public static LimitRule Conv1dKernel { get; } = new("conv1d-kernel", "A one-dimensional convolution has a kernel length of 1 to 9.", "machine.md 1.1");

    /// <summary>Padding.</summary>
    public static LimitRule Padding { get; } = new("padding", "Padding is 0, 1 or 2 on each side.", "machine.md 1.1");

    /// <summary>Padding against kernel size.</summary>
    public static LimitRule PaddingBelowKernel { get; } = new("padding-below-kernel", "Padding is smaller than the kernel.", "machine.md 1.1");

    /// <summary>Stride of a convolution.</summary>
    public static LimitRule ConvolutionStride { get; } = new("convolution-stride", "A convolution has stride 1.", "machine.md 1.1");

    /// <summary>Pooling window.</summary>
    public static LimitRule PoolSize { get; } = new("pool-size", "A pooling window is 1 to 16 rows and 1 to 16 columns.", "machine.md 1.1");

    /// <summary>Pooling stride.</summary>
    public static LimitRule PoolStride { get; } = new("pool-stride", "A pooling stride is 1 to 16, the same for rows and columns.", "machine.md 1.1");

    /// <summary>Pooling window against its input.</summary>
    public static LimitRule PoolFits { get; } = new("pool-fits", "A pooling window is not larger than the feature map.", "network-yaml.md 3.4");

    /// <summary>Total output shift.</summary>
    public static LimitRule OutputShift { get; } = new("output-shift", "The total output shift, output_shift + 8 - weight bits, is -15 to 15.", "numerics.md 1.2");

    /// <summary>Activation of a wide layer.</summary>
    public static LimitRule WideActivation { get; } = new("wide-activation", "A layer with 32-bit output has no activation.", "numerics.md 4");

    /// <summary>Pixels of a flattened map.</summary>
    public static LimitRule FlattenPixels { get; } = new("flatten-pixels", "A flattened feature map has at most 256 pixels.", "machine.md 1.1");

    /// <summary>Flatten together with pooling.</summary>
    public static LimitRule FlattenPooling { get; } = new("flatten-pooling", "A layer that flattens its input does not pool it.", "machine.md 1.1");

    /// <summary>Input of a linear layer.</summary>
    public static LimitRule LinearInput { get; } = new("linear-input", "A linear layer reads 1x1 data, or a feature map with flatten: true.", "machine.md 4.1");

    /// <summary>Pixels of a map that is read with other dimensions.</summary>
    public static LimitRule ReshapePixels { get; } = new("reshape-pixels", "The dimensions of in_dim have as many pixels as the data that the layer reads.", "network-yaml.md 3.4");

    /// <summary>Width of the output values.</summary>
    public static LimitRule OutputWidth { get; } = new("output-width", "Output values are 8 bits wide, or 32 bits in a layer whose data no other layer reads.", "network-yaml.md 2");

    /// <summary>CHW data behind the first layer.</summary>
    public static LimitRule ChwFirstLayer { get; } = new("chw-first-layer", "Only the first layer reads CHW data.", "machine.md 4");

    /// <summary>Alignment of offsets in data memory.</summary>
    public static LimitRule OffsetAlignment { get; } = new("offset-alignment", "Data memory offsets are multiples of 4 bytes from 0 to 32,764.", "network-yaml.md 4.3");

    /// <summary>Gaps in an output map.</summary>
    public static LimitRule OutputMapGaps { get; } = new("output-map-gaps", "The output processors of a layer are neighbours; in a 3x3 layer with 8-bit weights and no bias they may be spaced evenly within each quadrant.", "machine.md 15.2");

    /// <summary>First lane of an output map with small weights.</summary>
    public static LimitRule PackedWeightsLane { get; } = new("packed-weights-lane", "With weights of fewer than 8 bits, the first output processor is a multiple of 4.", "machine.md 15.2");

    /// <summary>Quadrant of a bias.</summary>
    public static LimitRule BiasQuadrant { get; } = new("bias-quadrant", "A bias lies in a quadrant that the network uses.", "network-yaml.md 2");

    /// <summary>Number of processors of a layer.</summary>
    public static LimitRule ProcessorCount { get; } = new("processor-count", "A layer enables exactly one processor per input channel of a pass.", "machine.md 4");

    /// <summary>Number of output processors of a layer.</summary>
    public static LimitRule OutputProcessorCount { get; } = new("output-processor-count", "A layer's output map has exactly one processor per output channel of a pass.", "machine.md 4");

    /// <summary>CHW input processors.</summary>
    public static LimitRule ChwProcessors { get; } = new("chw-processors", "CHW input uses at most one processor, the first, of each group of four.", "machine.md 9.2");

    /// <summary>Passes over CHW input.</summary>
    public static LimitRule ChwSinglePass { get; } = new("chw-single-pass", "A layer that reads CHW data has one operand and does not flatten.", "machine.md 9.2");

    /// <summary>Input data memory.</summary>
    public static LimitRule InputMemory { get; } = new("input-memory", "A layer's input ends within the 32,768 bytes of a data memory instance.", "machine.md 1.1");

    /// <summary>Output data memory.</summary>
    public static LimitRule OutputMemory { get; } = new("output-memory", "A layer's output ends within the 32,768 bytes of a data memory instance.", "machine.md 1.1");

    /// <summary>Output over live data.</summary>
    public static LimitRule LiveData { get; } = new("live-data", "A layer does not write over data that is still to be read.", "network-yaml.md 4.3");

    /// <summary>Kernel memory.</summary>
    public static LimitRule KernelMemory { get; } = new("kernel-memory", "The kernels of all layers fit into the 768 words of each processor's kernel memory.", "machine.md 1.1");

    /// <summary>Bias memory.</summary>
    public static LimitRule BiasMemory { get; } = new("bias-memory", "The biases of all layers fit into the 512 bytes of each quadrant's bias memory.", "machine.md 1.1");

    /// <summary>Quadrant 0.</summary>
    public static LimitRule QuadrantZero { get; } = new("quadrant-zero", "At least one processor of quadrant 0 (processors 0 to 15) is used by the network.", "machine.md 1.1");

    /// <summary>Dilation of a convolution.</summary>
    public static LimitRule Dilation { get; } = new("dilation", "A dilation above 1 exists for one-dimensional convolutions only.", "network-yaml.md 4.1");

    /// <summary>Dilation of pooling.</summary>
    public static LimitRule PoolDilation { get; } = new("pool-dilation", "A pool_dilation above 1 does not exist.", "network-yaml.md 4.1");

    /// <summary>Additional rows and columns of an output.</summary>
    public static LimitRule OutputPadding { get; } = new("output-padding", "Output padding is 1 for transposed convolutions and 0 for all other layers.", "network-yaml.md 4.1");

    /// <summary>Bits of a weight.</summary>
    public static LimitRule WeightBits { get; } = new("weight-bits", "A weight has 1, 2, 4 or 8 bits.", "network-yaml.md 2");

    /// <summary>Output map of a layer without operator.</summary>
    public static LimitRule PassthroughMap { get; } = new(
        "passthrough-map",
        "A layer without operator writes into the quadrants it reads: in each, as many neighbouring output processors as it reads there, from the first of a group of four on.",
        "machine.md 11.6");

    /// <summary>First lane of an output map with several passes.</summary>
    public static LimitRule ExpansionLane { get; } = new("expansion-lane", "With more than 64 output channels, the first output processor is a multiple of 4.", "machine.md 15.2");

    /// <summary>Gap between output words.</summary>
    public static LimitRule WriteGap { get; } = new(
        "write-gap", "The write gap plus 1, times the passes of 64 output channels, is at most 16; a layer without operator has a write gap of at most 15.", "network-yaml.md 4.6");

    /// <summary>Room in front of the output of a folded line.</summary>
    public static LimitRule FoldedOffset { get; } = new(
        "folded-offset", "Where a dilated convolution of three taps spans more than 9 positions, out_offset is at least 4 * dilation * passes of 64 output channels.", "network-yaml.md 4.1");

    /// <summary>All rules, in the order of the manual.</summary>
    public static ImmutableArray<LimitRule> All =>
    [
        Layers, Channels, Dimensions, Conv2dKernel, Conv1dKernel, Padding, PaddingBelowKernel, ConvolutionStride, PoolSize, PoolStride, PoolFits, OutputShift,
        WideActivation, OutputWidth, FlattenPixels, FlattenPooling, LinearInput, ReshapePixels, ProcessorCount, OutputProcessorCount, ChwFirstLayer,
        ChwProcessors, ChwSinglePass, OutputMapGaps, PackedWeightsLane, QuadrantZero, OffsetAlignment, InputMemory, OutputMemory, LiveData, KernelMemory, BiasQuadrant,
        BiasMemory, Dilation, PoolDilation, OutputPadding, WeightBits, PassthroughMap, ExpansionLane, WriteGap, FoldedOffset, .. Operators, .. Streaming,
    ];
}
