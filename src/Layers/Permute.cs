// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Autograd;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// Exchanges the axes of <c>[H, W, C]</c>, as Keras' Permute. The chip moves no data between channels and pixels, so this layer either moves only rows and
/// columns of which one has length 1 (then it vanishes), or stands in front of Flatten and a dense layer, whose weights are then stored in
/// another order (float inference of the exported network adds in that order, so its last bits may differ from those of training).
/// </summary>
public sealed class Permute : Layer
{
    private const int Axes = 3;

    /// <summary>Makes the layer.</summary>
    /// <param name="dimensions">For each axis of the output the axis of the input, counted from 1 as in Keras: rows are 1, columns 2, channels 3.</param>
    /// <param name="name">Name, or null for a default one.</param>
    /// <exception cref="ModelDefinitionException">The dimensions do not name each axis once.</exception>
    public Permute((int First, int Second, int Third) dimensions, string? name = null)
        : base(name)
    {
        int[] axes = [dimensions.First, dimensions.Second, dimensions.Third];
        Order = [.. axes.Select(axis => axis - 1)];
        if (axes.Order().SequenceEqual(Enumerable.Range(1, Axes))) return;
        throw new ModelDefinitionException(
            Where, "A permutation names each of the axes 1, 2 and 3 once.", $"the dimensions are {string.Join(", ", axes)}", "Give an order such as (2, 1, 3).");
    }

    /// <inheritdoc/>
    public override string DefaultName => "permute";

    /// <inheritdoc/>
    public override string Settings => $"permute {string.Join(' ', Order)}";

    /// <summary>Axis <c>i</c> of the output is axis <c>Order[i]</c> of the input, counted from 0.</summary>
    internal ImmutableArray<int> Order { get; }

    internal override SampleShape Infer(SampleShape input, string where)
    {
        int[] lengths = [input.Height, input.Width, input.Channels];
        return new SampleShape(lengths[Order[0]], lengths[Order[1]], lengths[Order[2]]);
    }

    internal override Variable Record(Tape tape, Variable input, ImmutableArray<Parameter> parameters, int layerIndex) => tape.Permute(input, Order);

    /// <summary>Whether the chip's memory does not change: channels stay, and rows and columns move only where one of them has length 1.</summary>
    internal bool MovesNoData(SampleShape input) => Order[2] == 2 && (Order[0] == 0 || input.Height == 1 || input.Width == 1);

    /// <summary>For each feature of the flattened output, channel by channel, the feature of the flattened input.</summary>
    internal ImmutableArray<int> Features(SampleShape input)
    {
        SampleShape output = Infer(input, Where);
        var features = ImmutableArray.CreateBuilder<int>(output.Count);
        int[] at = new int[Axes];
        for (int c = 0; c < output.Channels; c++)
        {
            for (int h = 0; h < output.Height; h++)
            {
                for (int w = 0; w < output.Width; w++)
                {
                    (at[Order[0]], at[Order[1]], at[Order[2]]) = (h, w, c);
                    features.Add((at[2] * input.Height + at[0]) * input.Width + at[1]);
                }
            }
        }

        return features.MoveToImmutable();
    }
}
