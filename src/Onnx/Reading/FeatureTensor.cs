// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Onnx.Reading;

/// <summary>
/// A tensor of the graph, seen as a rearrangement of what a layer (or the network input) produced. ONNX graphs turn data between
/// channels-first and channels-last; the chip numbers features channel by channel, so each tensor remembers where its elements come from.
/// </summary>
/// <param name="Producer">The layer that computed the values, or null for the network input.</param>
/// <param name="Stage">How far the producer was when the tensor was made; a later stage makes the tensor stale.</param>
/// <param name="Shape">Lengths of the axes with a batch of 1 in front.</param>
/// <param name="Order">
/// For each element, in the tensor's own order, its channel-major index among the features of the producer; null where the two
/// orders agree.
/// </param>
/// <param name="OneDimensional">Whether an axis was added to data without columns, as one-dimensional layers do.</param>
internal sealed record FeatureTensor(LayerDraft? Producer, int Stage, ImmutableArray<int> Shape, int[]? Order, bool OneDimensional)
{
    /// <summary>Factors and offsets that the values still need, to be taken into the weights of the layer that reads them; null if none.</summary>
    public PendingScale? Pending { get; init; }

    /// <summary>Number of elements.</summary>
    public int Count
    {
        get
        {
            int count = 1;
            foreach (int length in Shape) count *= length;
            return count;
        }
    }

    /// <summary>Channel-major index of an element.</summary>
    public int Feature(int element) => Order is null ? element : Order[element];

    /// <summary>Whether the elements stand in channel-major order.</summary>
    public bool IsChannelMajor
    {
        get
        {
            if (Order is null) return true;
            for (int i = 0; i < Order.Length; i++)
            {
                if (Order[i] != i) return false;
            }

            return true;
        }
    }

    /// <summary>Whether this tensor is channels-first and its source was channels-last: element <c>(c, p)</c> is number <c>p * channels + c</c> there.</summary>
    public bool IsTurnedFromChannelsLast(int channels)
    {
        int pixels = Count / channels;
        for (int c = 0, i = 0; c < channels; c++)
        {
            for (int p = 0; p < pixels; p++, i++)
            {
                if (Feature(i) != (p * channels) + c) return false;
            }
        }

        return true;
    }

    /// <summary>The same elements in another shape.</summary>
    public FeatureTensor Reshaped(ImmutableArray<int> shape, bool oneDimensional) => this with { Shape = shape, OneDimensional = oneDimensional };

    /// <summary>The tensor with its axes in another order: axis <c>i</c> of the result is axis <c>permutation[i]</c> of this one.</summary>
    public FeatureTensor Transposed(ReadOnlySpan<int> permutation)
    {
        int rank = Shape.Length;
        int[] sourceStride = new int[rank];
        for (int axis = rank - 1, step = 1; axis >= 0; step *= Shape[axis], axis--) sourceStride[axis] = step;
        int[] shape = new int[rank];
        int[] stride = new int[rank];
        for (int axis = 0; axis < rank; axis++)
        {
            shape[axis] = Shape[permutation[axis]];
            stride[axis] = sourceStride[permutation[axis]];
        }

        int[] order = new int[Count];
        int[] index = new int[rank];
        int from = 0;
        for (int to = 0; to < order.Length; to++)
        {
            order[to] = Feature(from);
            for (int axis = rank - 1; axis >= 0; axis--)
            {
                from += stride[axis];
                if (++index[axis] < shape[axis]) break;
                from -= stride[axis] * shape[axis];
                index[axis] = 0;
            }
        }

        return this with { Shape = [.. shape], Order = order };
    }
}
