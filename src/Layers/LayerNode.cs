// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>A layer at its place in a model: numbered, named, with shapes.</summary>
/// <param name="Index">Position in the model, from 0; also keys the layer's random numbers.</param>
/// <param name="Name">Name, unique in the model.</param>
/// <param name="Layer">What it computes.</param>
/// <param name="Inputs">Nodes that it reads; -1 is the model's input. One entry but for a <see cref="JoinLayer"/>.</param>
/// <param name="Input">Shape of its first input, <c>[H, W, C]</c>.</param>
/// <param name="Output">Shape of its output, <c>[H, W, C]</c>.</param>
/// <param name="ParameterCount">Number of weights and biases.</param>
public sealed record LayerNode(
    int Index, string Name, Layer Layer, ImmutableArray<int> Inputs, SampleShape Input, SampleShape Output, int ParameterCount)
{
    /// <summary>The place in words, as errors name it.</summary>
    internal string Where => Place(Index, Name);

    internal static string Place(int index, string name) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"layer {index} \"{name}\"");
}
