// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;

namespace Ai8x.Quant;

/// <summary>
/// The chip's arithmetic in plain loops (numerics.md part 1): the exact integers of every layer. It states the rules; where speed
/// matters <see cref="IntegerEvaluator"/> gives the same integers.
/// </summary>
public static class IntegerReference
{
    /// <summary>Runs one sample through all layers.</summary>
    /// <param name="network">A quantized network.</param>
    /// <param name="sample">Input values, <c>[C, H, W]</c> row-major.</param>
    /// <returns>For every layer its output, <c>[C, H, W]</c> row-major: -128..127, or the accumulator of a layer with 32-bit output.</returns>
    /// <exception cref="ArgumentException">The sample has another number of values than the network's input.</exception>
    public static ImmutableArray<int[]> Run(QuantizedNetwork network, ReadOnlySpan<sbyte> sample)
    {
        ArgumentNullException.ThrowIfNull(network);
        SampleOrders.CheckLength(network, sample.Length, nameof(sample));
        var data = new int[sample.Length];
        for (int i = 0; i < data.Length; i++) data[i] = sample[i];
        ImmutableArray<int[]>.Builder outputs = ImmutableArray.CreateBuilder<int[]>(network.Layers.Length);
        foreach (QuantizedLayer layer in network.Layers)
        {
            int[] pooled = Pool(data, layer, network.RoundAveragePooling);
            data = layer.Operator == LayerOperator.Linear ? Linear(pooled, layer) : Convolve(pooled, layer);
            outputs.Add(data);
        }

        return outputs.MoveToImmutable();
    }

    private static int[] Pool(int[] input, QuantizedLayer layer, bool round)
    {
        if (layer.Pooling is not Pooling pooling) return input;
        FeatureShape from = layer.Input, to = layer.Pooled;
        var output = new int[to.Count];
        for (int c = 0; c < to.Channels; c++)
        {
            for (int y = 0; y < to.Rows; y++)
            {
                for (int x = 0; x < to.Columns; x++)
                {
                    int corner = (c * from.Rows + y * pooling.Stride) * from.Columns + x * pooling.Stride;
                    output[(c * to.Rows + y) * to.Columns + x] = Window(input.AsSpan(corner), from.Columns, pooling, round);
                }
            }
        }

        return output;
    }

    private static int Window(ReadOnlySpan<int> corner, int rowLength, Pooling pooling, bool round)
    {
        int sum = 0, largest = int.MinValue;
        for (int y = 0; y < pooling.Rows; y++)
        {
            foreach (int value in corner.Slice(y * rowLength, pooling.Columns))
            {
                sum += value;
                largest = Math.Max(largest, value);
            }
        }

        if (pooling.Kind == PoolingKind.Max) return largest;
        int count = pooling.Rows * pooling.Columns;
        return round ? IntegerArithmetic.MeanHalfAwayFromZero(sum, count) : IntegerArithmetic.MeanTowardsZero(sum, count);
    }

    private static int[] Convolve(int[] input, QuantizedLayer layer)
    {
        FeatureShape to = layer.Output;
        var output = new int[to.Count];
        for (int o = 0; o < to.Channels; o++)
        {
            for (int y = 0; y < to.Rows; y++)
            {
                for (int x = 0; x < to.Columns; x++) output[(o * to.Rows + y) * to.Columns + x] = Finish(Sum(input, layer, o, y, x), o, layer);
            }
        }

        return output;
    }

    private static long Sum(int[] input, QuantizedLayer layer, int output, int row, int column)
    {
        FeatureShape map = layer.Pooled;
        long sum = 0;
        for (int c = 0; c < map.Channels; c++)
        {
            for (int ky = 0; ky < layer.KernelRows; ky++)
            {
                for (int kx = 0; kx < layer.KernelColumns; kx++)
                {
                    int y = row + ky - layer.PaddingRows, x = column + kx - layer.PaddingColumns;
                    if (y < 0 || y >= map.Rows || x < 0 || x >= map.Columns) continue;
                    int weight = layer.Weights[((output * map.Channels + c) * layer.KernelRows + ky) * layer.KernelColumns + kx];
                    sum += weight * input[(c * map.Rows + y) * map.Columns + x];
                }
            }
        }

        return sum;
    }

    // Data in [C, H, W] order is already the channel-major feature vector of a flattening layer.
    private static int[] Linear(int[] input, QuantizedLayer layer)
    {
        var output = new int[layer.Output.Channels];
        for (int o = 0; o < output.Length; o++)
        {
            long sum = 0;
            for (int n = 0; n < input.Length; n++) sum += layer.Weights[o * input.Length + n] * input[n];
            output[o] = Finish(sum, o, layer);
        }

        return output;
    }

    private static int Finish(long sum, int output, QuantizedLayer layer)
    {
        long accumulator = sum + (layer.Bias.IsEmpty ? 0 : 128 * layer.Bias[output]);
        if (layer.OutputWidth == 32) return checked((int)accumulator);
        int value = IntegerArithmetic.ShiftRoundHalfUpSaturate(accumulator, layer.TotalShift);
        return layer.Activation switch
        {
            ActivationKind.Relu => Math.Max(value, 0),
            ActivationKind.Abs => Math.Min(Math.Abs(value), sbyte.MaxValue),
            _ => value,
        };
    }
}
