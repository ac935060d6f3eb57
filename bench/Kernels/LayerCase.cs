// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Bench.Models;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Bench.Kernels;

/// <summary>A distinct layer of the published models as a step runs it, with the pooling behind it.</summary>
/// <param name="Text">The layer in a few characters.</param>
public sealed record LayerCase(string Text)
{
    internal ConvolutionShape Shape { get; init; }

    /// <summary>Whether windows of 2x2 are pooled behind it.</summary>
    internal bool Pools { get; init; }

    /// <summary>Whether its input wants no gradient.</summary>
    internal bool IsFirst { get; init; }

    /// <summary>Every distinct layer, in the order of the models.</summary>
    public static ImmutableArray<LayerCase> All { get; } =
    [
        .. PublishedModels.All
            .SelectMany(model => LayerParts.Of(model))
            .Select(layer => new LayerCase($"{KernelCase.Describe(layer.Shape)}{(layer.Pools ? ", pooled" : "")}{(layer.First ? ", first" : "")}") { Shape = layer.Shape, Pools = layer.Pools, IsFirst = layer.First })
            .Distinct(),
    ];

    public override string ToString() => Text;
}
