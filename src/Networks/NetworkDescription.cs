// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Networks;

/// <summary>
/// What the user asked for: the hardware layers of a network with their placement, the typed form of a <c>network.yaml</c>
/// (network-yaml.md).
/// </summary>
public sealed record NetworkDescription
{
    /// <summary>Parts of the data memory that a custom unload function returns, in order; empty for the standard one.</summary>
    public ImmutableArray<UnloadRange> Unload { get; init; } = [];

    /// <summary>Rolling buffers that live in the data memory between inferences.</summary>
    public ImmutableArray<DataBuffer> DataBuffers { get; init; } = [];

    /// <summary>Where the description came from, for messages: a file name, or <c>(in memory)</c>.</summary>
    public string Source { get; init; } = "(in memory)";

    /// <summary><c>arch</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary><c>dataset</c>.</summary>
    public required string Dataset { get; init; }

    /// <summary><c>layers</c>, in ascending <c>sequence</c>.</summary>
    public required ImmutableArray<LayerDescription> Layers { get; init; }

    /// <summary><c>output_map</c>: output processors of the final layer, or null.</summary>
    public ProcessorMap? OutputMap { get; init; }

    /// <summary>What the user should know about the description but need not change, one sentence each.</summary>
    public ImmutableArray<string> Notices { get; init; } = [];

    /// <summary>
    /// The description of the first layers only, as if the network ended there. The last kept layer still writes where the layer behind it
    /// would read (machine.md section 4).
    /// </summary>
    /// <param name="last">Index of the last layer to keep.</param>
    /// <returns>A description with <paramref name="last"/> + 1 layers.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public NetworkDescription StopAfter(int last)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(last);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(last, Layers.Length);
        if (last == Layers.Length - 1) return this;
        LayerDescription final = Layers[last];
        final = final with { OutputProcessors = final.OutputProcessors ?? Layers[last + 1].Processors };
        return this with { Layers = [.. Layers[..last], final], OutputMap = null };
    }

    /// <summary>A layer's place for messages: its index, its name where it has one, and its line where the description was read from a file.</summary>
    /// <param name="layer">Layer index.</param>
    /// <returns>For example <c>layer 2 "conv2" (mnist.yaml line 14)</c>.</returns>
    public string Where(int layer)
    {
        LayerDescription description = Layers[layer];
        string name = description.Name is null ? "" : $" \"{description.Name}\"";
        string line = description.Line == 0 ? "" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $" ({Source} line {description.Line})");
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"layer {layer}{name}{line}");
    }
}
