// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Device.Limits;

/// <summary>The rules that belong to one operator or to the way data reaches it.</summary>
public static partial class DeviceLimits
{
    /// <summary>Most operands of an element-wise operation.</summary>
    public const int MaximumOperands = 16;

    /// <summary>Largest distance of the taps of a one-dimensional convolution that reads its taps row by row.</summary>
    public const int MaximumDilation = 1023;

    /// <summary>Pixels times passes that the address counters of a layer hold.</summary>
    public const int MaximumFrame = (1 << 21) - 1;

    /// <summary>Kernel and padding of a transposed convolution.</summary>
    public static LimitRule TransposedKernel { get; } = new("transposed-kernel", "A transposed convolution has a 3x3 kernel, stride 2 and padding 0, 1 or 2.", "network-yaml.md 4.1");

    /// <summary>Dilation of a one-dimensional convolution.</summary>
    public static LimitRule Conv1dDilation { get; } = new(
        "conv1d-dilation",
        "A dilated one-dimensional convolution has at least two taps; where they span more than 9 positions it has at most 3 taps, no padding, no pooling, one operand, no flatten, no streaming and a dilation of at most 1,023.",
        "network-yaml.md 4.1");

    /// <summary>What a layer without operator cannot do.</summary>
    public static LimitRule Passthrough { get; } = new("passthrough", "A layer without operator has no activation, no padding, no output shift, no flatten and an 8-bit output.", "network-yaml.md 4.1");

    /// <summary>Pooling of several passes without operator.</summary>
    public static LimitRule PassthroughPooling { get; } = new("passthrough-pooling", "A layer without operator that reads more than 64 channels pools to 1x1 only.", "network-yaml.md 4.1");

    /// <summary>Number of operands.</summary>
    public static LimitRule Operands { get; } = new("operands", "An element-wise operation has 2 to 16 operands, every other layer one.", "network-yaml.md 2");

    /// <summary>Sources of an element-wise layer.</summary>
    public static LimitRule OperandShapes { get; } = new("operand-shapes", "The operands of an element-wise operation have the same channels, rows and columns.", "network-yaml.md 3.3");

    /// <summary>Element-wise operation in front of a one-dimensional convolution.</summary>
    public static LimitRule ElementwiseConv1d { get; } = new("elementwise-conv1d", "An element-wise operation does not stand in front of a one-dimensional convolution.", "network-yaml.md 4.1");

    /// <summary>Pooling behind an element-wise operation.</summary>
    public static LimitRule PoolLast { get; } = new("pool-last", "Pooling behind an element-wise operation needs a pooling window above 1 and exactly two operands.", "network-yaml.md 4.1");

    /// <summary>Element-wise operation on several passes.</summary>
    public static LimitRule ElementwisePasses { get; } = new("elementwise-passes", "An element-wise operation on more than 64 channels goes together with pooling or an operator only for 2 operands of at most 128 channels.", "network-yaml.md 4.1");

    /// <summary>Layers that a layer may read.</summary>
    public static LimitRule InputLayers { get; } = new("input-layers", "A layer reads layers that run before it, the network input, or a data buffer of the description.", "network-yaml.md 4.1");

    /// <summary>What the first layer reads.</summary>
    public static LimitRule FirstInput { get; } = new("first-input", "The first layer reads the network input once, and nothing else.", "machine.md 9");

    /// <summary>Maps that are joined.</summary>
    public static LimitRule JoinedShapes { get; } = new(
        "joined-shapes",
        "Maps that are joined by channel have the same rows and columns; maps that are joined end to end have the same channels, and in_dim holds all their pixels.",
        "numerics.md 9");

    /// <summary>Dropped rows.</summary>
    public static LimitRule Crop { get; } = new("crop", "Cropping (in_crop) drops no rows at all, or at least one row at the top and one at the bottom and not all.", "numerics.md 2");

    /// <summary>Pixels times passes.</summary>
    public static LimitRule Frame { get; } = new("frame", "Rows times columns times passes of 64 channels stay below 2,097,152.", "network-yaml.md 4.1");

    /// <summary>Flattened values.</summary>
    public static LimitRule FlattenOperator { get; } = new("flatten-operator", "Only a linear layer, or a 1x1 convolution without padding that acts as one, flattens its input.", "network-yaml.md 4.1");

    /// <summary>Flattened steps.</summary>
    public static LimitRule FlattenPasses { get; } = new("flatten-passes", "Pixels times passes of 64 channels of a flattened map are at most 256.", "machine.md 15.2");

    /// <summary>Rolling buffer of a layer.</summary>
    public static LimitRule DataBufferShape { get; } = new("data-buffer", "A layer that moves or fills a data buffer has the buffer's channels and columns and no more than its rows.", "network-yaml.md 6");

    /// <summary>Shared weights.</summary>
    public static LimitRule WeightSource { get; } = new("weight-source", "Shared weights (weight_source) belong to a layer with weights of its own, which uses the same kernel and weight bits.", "network-yaml.md 2");

    private static ImmutableArray<LimitRule> Operators =>
    [
        TransposedKernel, Conv1dDilation, Passthrough, PassthroughPooling, Operands, OperandShapes, ElementwiseConv1d, PoolLast, ElementwisePasses,
        InputLayers, FirstInput, JoinedShapes, Crop, Frame, FlattenOperator, FlattenPasses, DataBufferShape, WeightSource,
    ];
}
