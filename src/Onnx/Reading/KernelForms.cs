// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Ai8x.Onnx.Reading;

/// <summary>Brings kernels into the forms that the chip has, by weights of zero: full instead of grouped, 3x3 instead of smaller or unevenly padded.</summary>
internal static class KernelForms
{
    private const int Square = 3;
    private const int LargestPadding = 2;
    private const int MostPadding = 1024;

    /// <summary>A convolution in groups as one over all channels.</summary>
    /// <returns>The same weights where there is one group, else new ones in <c>[O, I, KH, KW]</c> order with zeros for the channels of other groups.</returns>
    public static FloatTensor Ungrouped(GraphContext graph, FloatTensor weights, int channels, NodeView node)
    {
        long groups = node.Integer("group") ?? 1;
        if (groups == 1) return weights;
        int outputs = weights.Shape[0], inputs = weights.Shape[1], taps = weights.Shape[2] * weights.Shape[3];
        if (groups < 1 || inputs * groups != channels || outputs % groups != 0)
        {
            throw node.Error(string.Create(CultureInfo.InvariantCulture, $"{groups} groups do not divide {channels} channels and {outputs} outputs; the chip has no grouped convolutions, and only even groups can be filled up with zeros."));
        }

        graph.SpendParameters((long)outputs * channels * taps, node);
        float[] full = new float[outputs * channels * taps];
        int each = outputs / (int)groups;
        for (int o = 0; o < outputs; o++) weights.Values.AsSpan(o * inputs * taps, inputs * taps).CopyTo(full.AsSpan(((o * channels) + (o / each * inputs)) * taps));
        return weights with { Shape = [outputs, channels, weights.Shape[2], weights.Shape[3]], Values = full };
    }

    /// <summary>A kernel and its pads on the four sides as one that the chip has.</summary>
    /// <param name="graph">Keeps count of the weights.</param>
    /// <param name="weights">Weights <c>[O, I, KH, KW]</c>.</param>
    /// <param name="pads">Zeros above, left, below and right.</param>
    /// <param name="node">The node for messages.</param>
    /// <returns>The same weights where the chip has them, else new ones of 3x3, and the padding of all sides.</returns>
    public static (FloatTensor Weights, int Padding) Squared(GraphContext graph, FloatTensor weights, long[] pads, NodeView node)
    {
        (int rows, int columns) = (weights.Shape[2], weights.Shape[3]);
        if (rows > Square || columns > Square) throw TooLarge(rows, columns, node);
        bool even = pads.All(pad => pad == pads[0]) && pads[0] is >= 0 and <= MostPadding;
        if (even && rows == columns && rows != 2 && (rows == Square || pads[0] == 0)) return (weights, (int)pads[0]);
        for (int padding = 0; padding <= LargestPadding; padding++)
        {
            long down = padding - pads[0], right = padding - pads[1];
            if (!Fits(down, rows, padding, pads[2]) || !Fits(right, columns, padding, pads[3])) continue;
            graph.SpendParameters((long)weights.Shape[0] * weights.Shape[1] * Square * Square, node);
            return (Placed(weights, (int)down, (int)right), padding);
        }

        throw node.Error(string.Create(CultureInfo.InvariantCulture, $"the kernel is {rows}x{columns} and pads is [{NodeView.Join(pads)}]; the chip pads all sides alike and has kernels of 1x1 and 3x3, and no 3x3 kernel with zeros gives the same."));
    }

    // The kernel stands at an offset in the 3x3 window; the window's padding then leaves as many results as the pads did.
    private static bool Fits(long offset, int length, int padding, long behind) =>
        offset >= 0 && offset <= Square - length && behind == padding - (Square - length - offset);

    private static FloatTensor Placed(FloatTensor weights, int down, int right)
    {
        (int rows, int columns) = (weights.Shape[2], weights.Shape[3]);
        int kernels = weights.Shape[0] * weights.Shape[1];
        float[] placed = new float[kernels * Square * Square];
        for (int i = 0; i < weights.Values.Length; i++)
        {
            int column = i % columns, row = i / columns % rows, kernel = i / columns / rows;
            placed[(kernel * Square * Square) + ((row + down) * Square) + column + right] = weights.Values[i];
        }

        return weights with { Shape = [weights.Shape[0], weights.Shape[1], Square, Square], Values = placed };
    }

    private static OnnxFormatException TooLarge(int rows, int columns, NodeView node)
    {
        // Each 3x3 convolution in a row adds two pixels to what a result sees.
        int layers = (Math.Max(rows, columns) + 1 - 1) / 2;
        int stacked = layers * Square * Square;
        return node.Error(string.Create(CultureInfo.InvariantCulture,
            $"the kernel is {rows}x{columns}; the chip has 1x1 and 3x3. {layers} convolutions of 3x3 in a row, each with pad 1 and a clamp, see {1 + (2 * layers)}x{1 + (2 * layers)} pixels with {stacked} instead of {rows * columns} weights for each pair of channels; train the model with them."));
    }
}
