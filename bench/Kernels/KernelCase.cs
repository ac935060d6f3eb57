// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Bench.Models;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Bench.Kernels;

/// <summary>A distinct layer shape of the published models, and the models that have it.</summary>
/// <param name="Shape">The convolution; dense layers are 1x1 convolutions of one pixel.</param>
/// <param name="Models">Names of the models.</param>
public sealed record KernelCase(string Text, ImmutableArray<string> Models)
{
    internal ConvolutionShape Shape { get; init; }

    /// <summary>Operations of one pass over a block of sixteen images, with padding counted.</summary>
    internal double Flops => 2.0 * Shape.WeightCount * Shape.OutputPixels * LaneLayout.Lanes;

    /// <summary>Every distinct shape, in the order of the models.</summary>
    public static ImmutableArray<KernelCase> All { get; } =
    [
        .. PublishedModels.All
            .SelectMany(model => model.Weighted.Select(layer => (layer.Shape, model.Name)))
            .GroupBy(layer => layer.Shape)
            .Select(group => new KernelCase(Describe(group.Key), [.. group.Select(layer => layer.Name).Distinct()]) { Shape = group.Key }),
    ];

    public override string ToString() => Text;

    /// <summary>Kernel, channels, map and padding in a few characters.</summary>
    internal static string Describe(in ConvolutionShape shape)
    {
        string kernel = shape.OutputPixels == 1 && shape.Taps == 1 ? "dense" : shape.KernelRows == shape.KernelColumns && shape.Height > 1 ? $"{shape.KernelRows}x{shape.KernelColumns}" : $"1-D {shape.KernelColumns}";
        string padding = shape.PaddingColumns > 0 ? $"+{shape.PaddingColumns}" : "";
        return $"{kernel} {shape.InputChannels}→{shape.OutputChannels} {shape.Height}x{shape.Width}{padding}";
    }
}
