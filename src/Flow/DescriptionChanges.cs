// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.Flow;

/// <summary>What options of <c>synthesize</c> change in a description (network-yaml.md section 9).</summary>
public sealed record DescriptionChanges
{
    /// <summary>Index of the layer that becomes the last one, or null (<c>--stop-after</c>).</summary>
    public int? StopAfter { get; init; }

    /// <summary>Output width of the last layer, 8 or 32, or null (<c>--output-width</c>).</summary>
    public int? OutputWidth { get; init; }

    /// <summary>Offset of the network's input in bytes, or null (<c>--input-offset</c>).</summary>
    public int? InputOffset { get; init; }

    /// <summary>Whether no layer has an activation (<c>--ignore-activation</c>).</summary>
    public bool IgnoreActivation { get; init; }

    /// <summary>Whether no layer streams (<c>--ignore-streaming</c>).</summary>
    public bool IgnoreStreaming { get; init; }

    /// <summary>Layers that stream in addition to those of the description (<c>--streaming-layers</c>).</summary>
    public ImmutableArray<int> StreamingLayers { get; init; } = [];

    /// <summary>Whether a bias may lie in any quadrant, whatever <c>bias_group</c> says (<c>--ignore-bias-groups</c>).</summary>
    public bool IgnoreBiasGroups { get; init; }

    /// <summary>Layers whose bias is left out; empty for all, null for none (<c>--no-bias</c>).</summary>
    public ImmutableArray<int>? NoBias { get; init; }

    /// <summary>Applies the changes to a description.</summary>
    /// <exception cref="FlowException">A layer number does not exist.</exception>
    internal NetworkDescription Apply(NetworkDescription description)
    {
        if (StopAfter is int last)
        {
            Require(description, last, "--stop-after");
            description = description.StopAfter(last);
        }

        foreach (int layer in StreamingLayers) Require(description, layer, "--streaming-layers");
        int final = description.Layers.Length - 1;
        return description with
        {
            Layers =
            [
                .. description.Layers.Select((layer, i) => layer with
                {
                    OutputWidth = i == final ? OutputWidth ?? layer.OutputWidth : layer.OutputWidth,
                    InputOffset = i == 0 ? InputOffset ?? layer.InputOffset : layer.InputOffset,
                    Activation = IgnoreActivation ? ActivationKind.None : layer.Activation,
                    Streaming = !IgnoreStreaming && (layer.Streaming || StreamingLayers.Contains(i)),
                    BiasQuadrants = IgnoreBiasGroups ? [] : layer.BiasQuadrants,
                }),
            ],
        };
    }

    /// <summary>Leaves biases out.</summary>
    /// <exception cref="FlowException">A layer number does not exist.</exception>
    internal QuantizedNetwork Apply(QuantizedNetwork network)
    {
        if (NoBias is not { } without) return network;
        foreach (int layer in without) Require(network.Description, layer, "--no-bias");
        return network with { Layers = [.. network.Layers.Select((layer, i) => without.IsEmpty || without.Contains(i) ? layer with { Bias = [] } : layer)] };
    }

    /// <summary>The changes that change nothing, because the description has not what they act on; one sentence each.</summary>
    /// <param name="description">The description before the changes.</param>
    internal IEnumerable<string> WithoutEffect(NetworkDescription description)
    {
        if (IgnoreActivation && description.Layers.All(layer => layer.Activation == ActivationKind.None)) yield return "--ignore-activation changes nothing: no layer has an activation.";
        if (IgnoreStreaming && !description.Layers.Any(layer => layer.Streaming)) yield return "--ignore-streaming changes nothing: no layer streams.";
        if (IgnoreBiasGroups && description.Layers.All(layer => layer.BiasQuadrants.IsDefaultOrEmpty)) yield return "--ignore-bias-groups changes nothing: no layer has a bias_group.";
    }

    /// <summary>The same for what needs the weights.</summary>
    /// <param name="network">The network before the changes.</param>
    internal IEnumerable<string> WithoutEffect(QuantizedNetwork network)
    {
        if (NoBias is not { } without) yield break;
        int[] idle = [.. Enumerable.Range(0, network.Layers.Length).Where(i => (without.IsEmpty || without.Contains(i)) && network.Layers[i].Bias.IsEmpty)];
        if (without.IsEmpty && idle.Length == network.Layers.Length) yield return "--no-bias changes nothing: no layer has a bias.";
        else if (!without.IsEmpty) foreach (int layer in idle) yield return string.Create(CultureInfo.InvariantCulture, $"--no-bias {layer} changes nothing: the layer has no bias.");
    }

    private static void Require(NetworkDescription description, int layer, string option)
    {
        if (layer >= 0 && layer < description.Layers.Length) return;
        throw new FlowException(string.Create(
            CultureInfo.InvariantCulture,
            $"{option} {layer}: {description.Source} has layers 0 to {description.Layers.Length - 1}. Name one of them."));
    }
}
