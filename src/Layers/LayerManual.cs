// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device.Limits;

namespace Ai8x.Layers;

/// <summary>A layer class in the manual.</summary>
/// <param name="Layer">The class.</param>
/// <param name="Group">Heading.</param>
/// <param name="OnChip">What it computes and what it is on the chip, as full sentences.</param>
/// <param name="Limits">The rules that its arguments and shapes must keep.</param>
internal sealed record LayerEntry(Type Layer, string Group, string OnChip, ImmutableArray<LimitRule> Limits);

/// <summary>What each layer class is on the chip and which limits hold for it: the source of docs/layers.md.</summary>
internal static class LayerManual
{
    private const string Pooling = "Pooling";
    private const string Joining = "Joining";
    private const string Shape = "Shape and training only";

    private static readonly ImmutableArray<LimitRule> Maps = [DeviceLimits.Channels, DeviceLimits.Dimensions];
    private static readonly ImmutableArray<LimitRule> Windows = [DeviceLimits.PoolSize, DeviceLimits.PoolStride, DeviceLimits.PoolFits];
    private static readonly ImmutableArray<LimitRule> Plain = [DeviceLimits.Padding, DeviceLimits.PaddingBelowKernel, DeviceLimits.ConvolutionStride];

    public static ImmutableArray<LayerEntry> Entries { get; } =
    [
        .. Convolutions("One-dimensional convolutions", "a `conv1d` layer", [DeviceLimits.Conv1dKernel, .. Plain],
            (typeof(Conv1D), null, null), (typeof(FusedConv1D), "", false), (typeof(FusedConv1DReLU), "", true),
            (typeof(FusedMaxPoolConv1D), "max_pool", null), (typeof(FusedMaxPoolConv1DReLU), "max_pool", true),
            (typeof(FusedAvgPoolConv1D), "avg_pool", null), (typeof(FusedAvgPoolConv1DReLU), "avg_pool", true)),
        .. Convolutions("Two-dimensional convolutions", "a `conv2d` layer", [DeviceLimits.Conv2dKernel, .. Plain],
            (typeof(Conv2D), null, null), (typeof(FusedConv2D), "", false), (typeof(FusedConv2DReLU), "", true),
            (typeof(FusedMaxPoolConv2D), "max_pool", null), (typeof(FusedMaxPoolConv2DReLU), "max_pool", true),
            (typeof(FusedAvgPoolConv2D), "avg_pool", null), (typeof(FusedAvgPoolConv2DReLU), "avg_pool", true)),
        .. Convolutions("Transposed convolutions", "a `convtranspose2d` layer", [DeviceLimits.TransposedKernel],
            (typeof(Conv2DTranspose), null, null), (typeof(FusedConv2DTranspose), "", false), (typeof(FusedConv2DTransposeReLU), "", true),
            (typeof(FusedMaxPoolConv2DTranspose), "max_pool", false), (typeof(FusedMaxPoolConv2DTransposeReLU), "max_pool", true),
            (typeof(FusedAvgPoolConv2DTranspose), "avg_pool", false), (typeof(FusedAvgPoolConv2DTransposeReLU), "avg_pool", true)),
        Connected(typeof(Dense), null),
        Connected(typeof(FusedDense), false),
        Connected(typeof(FusedDenseReLU), true),
        Pool(typeof(MaxPool1D), "max_pool"),
        Pool(typeof(AvgPool1D), "avg_pool"),
        Pool(typeof(MaxPool2D), "max_pool"),
        Pool(typeof(AvgPool2D), "avg_pool"),
        Elementwise(typeof(Add), "add", ""),
        Elementwise(typeof(Sub), "sub", ""),
        Elementwise(typeof(Or), "or", " on two's complement bytes; the gradient is straight-through and there is no ONNX form"),
        Elementwise(typeof(Xor), "xor", " on two's complement bytes; the gradient is straight-through and there is no ONNX form"),
        new(typeof(Concatenate), Joining, "Joins maps by channel. No layer of its own: the convolution, pool or dense layer behind it reads several layers (`in_sequences`).", [DeviceLimits.Operands, DeviceLimits.JoinedShapes, .. Maps]),
        new(typeof(Flatten), Shape, "Reads a map as a vector, channel by channel. No layer of its own: `flatten: true` of the dense layer behind it.", [DeviceLimits.FlattenPixels]),
        new(typeof(Reshape), Shape, "Other rows and columns for the same pixels, channels stay. No layer of its own: `in_dim` of the layer behind it.", []),
        new(typeof(Permute), Shape, "Exchanges axes. Vanishes where no data moves; in front of Flatten and a dense layer it becomes the order of that layer's weights; refused elsewhere.", []),
        new(typeof(Dropout), Shape, "Drops values while training. Vanishes.", []),
        new(typeof(ReLU), Shape, "`max(x, 0)`. No layer of its own: `activate: ReLU` of the convolution or dense layer in front of it, which nothing else reads.", [DeviceLimits.Passthrough, DeviceLimits.WideActivation]),
        new(typeof(Softmax), Shape, "Ends a classifier. Vanishes: the loss takes logits, and softmax is computed in software behind the chip.", []),
        new(typeof(Empty), Shape, "The identity. Vanishes.", []),
    ];

    /// <summary>The classes of one operator; a null pooling or activation is an argument.</summary>
    private static IEnumerable<LayerEntry> Convolutions(string group, string operation, ImmutableArray<LimitRule> own, params ImmutableArray<(Type Layer, string? Pool, bool? Rectifies)> classes)
    {
        foreach ((Type layer, string? pool, bool? rectifies) in classes)
        {
            string front = pool switch { null => " with the pooling that is given", "" => "", _ => $" with `{pool}`" };
            ImmutableArray<LimitRule> windows = pool is "" ? [] : Windows;
            yield return new(layer, group, $"Becomes {operation}{front}, with {Behind(rectifies)}.", [.. own, .. windows, .. Output(rectifies), .. Maps]);
        }
    }

    private static LayerEntry Connected(Type layer, bool? rectifies) =>
        new(layer, "Dense layers", $"Becomes a `linear` layer with {Behind(rectifies)}; it reads a vector, or a map behind Flatten.", [.. Output(rectifies), DeviceLimits.Channels]);

    private static string Behind(bool? rectifies) => rectifies switch { null => "the activation that is given", true => "ReLU", false => "no activation" };

    // Only a class that takes both arguments can be given an activation and a wide output.
    private static ImmutableArray<LimitRule> Output(bool? rectifies) => rectifies is null ? [DeviceLimits.OutputShift, DeviceLimits.WideActivation] : [DeviceLimits.OutputShift];

    private static LayerEntry Pool(Type layer, string key) => new(layer, Pooling, $"Becomes a layer without operator (`op: none`) with `{key}`.", [.. Windows, .. Maps]);

    private static LayerEntry Elementwise(Type layer, string operation, string note) =>
        new(layer, Joining, $"Becomes a layer without operator with `eltwise: {operation}`{note}. 2 to 16 operands, clamped once to ±1.", [DeviceLimits.Operands, DeviceLimits.OperandShapes, .. Maps]);
}
