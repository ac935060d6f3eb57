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
    /// <returns>
    /// For every layer its output, <c>[C, H, W]</c> row-major: -128..127, or the accumulator of a layer with 32-bit output; empty for a layer that
    /// <c>simulated_sequence</c> leaves out.
    /// </returns>
    /// <exception cref="QuantizationException">simulated_sequence runs in a circle or leaves out a layer that is read.</exception>
    /// <exception cref="ArgumentException">The sample has another number of values than the network's input.</exception>
    public static ImmutableArray<int[]> Run(QuantizedNetwork network, ReadOnlySpan<sbyte> sample)
    {
        ArgumentNullException.ThrowIfNull(network);
        SampleOrders.CheckLength(network, sample.Length, nameof(sample));
        var data = new int[sample.Length];
        for (int i = 0; i < data.Length; i++) data[i] = sample[i];
        var outputs = new int[network.Layers.Length][];
        Array.Fill(outputs, []);
        var buffers = new RollingBuffers(network.Description.DataBuffers);
        for (int i = 0; i >= 0 && i < outputs.Length; i = network.Description.Layers[i].SimulatedSequence ?? i + 1)
        {
            if (outputs[i].Length > 0) throw new QuantizationException(network.Description.Where(i), "simulated_sequence runs in a circle.", "Correct simulated_sequence.");
            IntegerMap[] sources = [.. network.Layers[i].Inputs.Select(input => Source(network, new(data, network.Input), outputs, buffers, input))];
            outputs[i] = Layer(network, network.Layers[i], sources, buffers);
        }

        return [.. outputs];
    }

    private static IntegerMap Source(QuantizedNetwork network, IntegerMap sample, int[][] outputs, RollingBuffers buffers, int input) => input switch
    {
        -1 => sample,
        < -1 => buffers.Read(-2 - input),
        _ when outputs[input].Length > 0 => new(outputs[input], network.Layers[input].Output),
        _ => throw new QuantizationException(network.Description.Where(input), "simulated_sequence leaves out this layer, but a later one reads it.", "Correct simulated_sequence or in_sequences."),
    };

    private static int[] Layer(QuantizedNetwork network, QuantizedLayer layer, IntegerMap[] sources, RollingBuffers buffers)
    {
        LayerDescription description = network.Description.Layers[layer.Index];
        if (description.BufferShift is int shift) return buffers.Shift(shift);

        // The chip's one-dimensional average in front of Conv1d is cut towards zero whatever the option says (numerics.md section 6).
        bool round = network.RoundAveragePooling && layer.Operator != LayerOperator.Conv1d;
        int[][] operands = LayerInputs.Operands(layer, description.InputChannelSkip, sources);
        if (layer.PoolFirst) operands = [.. operands.Select(operand => Pool(operand, layer, round))];
        int[] data = layer.Elementwise is ElementwiseKind kind ? ElementwiseReference.Join(kind, operands) : operands[0];
        if (!layer.PoolFirst) data = Pool(data, layer, round);
        int[] output = layer.Operator switch
        {
            LayerOperator.None => data,
            LayerOperator.Linear => Linear(data, layer),
            LayerOperator.ConvTranspose2d => Convolve(Stretched(data, layer), layer with { Pooled = StretchedShape(layer), PaddingRows = 0, PaddingColumns = 0 }),
            _ => Convolve(data, layer),
        };
        if (description.BufferInsert is int rows) buffers.Insert(output, rows);
        return output;
    }

    // A zero between each two pixels, 2 - padding zeros in front and one more behind: what is left is an ordinary convolution.
    private static FeatureShape StretchedShape(QuantizedLayer layer) =>
        layer.Pooled with { Rows = 2 * layer.Pooled.Rows + 4 - 2 * layer.PaddingRows, Columns = 2 * layer.Pooled.Columns + 4 - 2 * layer.PaddingColumns };

    private static int[] Stretched(int[] input, QuantizedLayer layer)
    {
        FeatureShape from = layer.Pooled, to = StretchedShape(layer);
        var output = new int[to.Count];
        for (int i = 0; i < input.Length; i++)
        {
            int c = i / from.Pixels, y = i % from.Pixels / from.Columns, x = i % from.Columns;
            output[(c * to.Rows + 2 * y + 2 - layer.PaddingRows) * to.Columns + 2 * x + 2 - layer.PaddingColumns] = input[i];
        }

        return output;
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
                    int y = row + ky * layer.Dilation - layer.PaddingRows, x = column + kx - layer.PaddingColumns;
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
