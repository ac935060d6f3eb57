// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.Quant;

/// <summary>Order of the values of one sample.</summary>
public enum SampleOrder
{
    /// <summary><c>[C, H, W]</c> row-major: sample files and layer outputs.</summary>
    ChannelsFirst,

    /// <summary><c>[H, W, C]</c> row-major: data sets.</summary>
    ChannelsLast,
}

/// <summary>Conversion between the two orders of a sample.</summary>
public static class SampleOrders
{
    /// <summary>Turns a data set's sample into the order of sample files.</summary>
    /// <param name="sample">Values, <c>[H, W, C]</c> row-major.</param>
    /// <param name="shape">Shape of the sample.</param>
    /// <returns>The values, <c>[C, H, W]</c> row-major.</returns>
    /// <exception cref="ArgumentException">The sample does not have the shape's number of values.</exception>
    public static sbyte[] ToChannelsFirst(ReadOnlySpan<sbyte> sample, FeatureShape shape)
    {
        if (sample.Length != shape.Count) throw new ArgumentException($"The sample has {sample.Length} values, {shape} has {shape.Count}.", nameof(sample));
        var result = new sbyte[sample.Length];
        for (int pixel = 0; pixel < shape.Pixels; pixel++)
        {
            for (int c = 0; c < shape.Channels; c++) result[c * shape.Pixels + pixel] = sample[pixel * shape.Channels + c];
        }

        return result;
    }

    internal static void CheckLength(QuantizedNetwork network, int length, string parameter)
    {
        if (length != network.Input.Count)
        {
            throw new ArgumentException($"A sample has {length} values, the input {network.Input} of the network has {network.Input.Count}.", parameter);
        }
    }
}
