// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.Quant.Fast;

/// <summary>
/// A layer prepared for the kernel: activations as 16-bit values in <c>[H, W, C]</c> order with the channels padded by zeros, weights as
/// <c>[tap][channel pair][output][2]</c>, so that one lane holds two products of one output. A flattening layer becomes a 1x1 kernel over a
/// single pixel with all values as channels.
/// </summary>
internal sealed class FastLayer
{
    /// <summary>Output pixels of a row that the kernel computes together.</summary>
    public const int PixelBlock = 4;

    public FastLayer(QuantizedLayer layer, int inputStride)
    {
        bool linear = layer.Operator == LayerOperator.Linear;
        Layer = layer;
        InputStride = inputStride;
        OutputStride = PaddedOutputs(layer.Output.Channels);
        Reduction = new Reduction(layer);
        Padding = layer.PaddingRows;
        KernelSide = layer.KernelRows;
        int values = linear ? layer.Pooled.Pixels * inputStride : inputStride;
        PixelValues = values;
        Pairs = linear ? values / 2 : (layer.Pooled.Channels + 1) / 2;
        RowPixels = (layer.Output.Columns + PixelBlock - 1) / PixelBlock * PixelBlock + KernelSide - 1;
        WorkRows = layer.Output.Rows + KernelSide - 1;
        Weights = PackWeights(linear);
        Bias = new int[OutputStride];
        for (int o = 0; o < layer.Bias.Length; o++) Bias[o] = 128 * layer.Bias[o];
    }

    /// <summary>Whether the kernel computes such a layer.</summary>
    public static bool Supports(QuantizedLayer layer, LayerDescription description) =>
        layer.Operator is LayerOperator.Conv2d or LayerOperator.Linear && layer.Elementwise is null && layer.Inputs.Length == 1 && layer.Inputs[0] == layer.Index - 1
        && layer.Crop == (0, 0) && description is { InputChannelSkip: 0, BufferInsert: null, BufferShift: null, SimulatedSequence: null };

    public QuantizedLayer Layer { get; }

    public Reduction Reduction { get; }

    /// <summary>16-bit values of one pixel of the unpooled input, an even number.</summary>
    public int InputStride { get; }

    /// <summary>Values of one output pixel: the output channels rounded up to whole vectors.</summary>
    public int OutputStride { get; }

    /// <summary>16-bit values of one pixel as the kernel sees it.</summary>
    public int PixelValues { get; }

    /// <summary>Channel pairs that carry data.</summary>
    public int Pairs { get; }

    public int Padding { get; }

    public int KernelSide { get; }

    /// <summary>Pixels of a row of the pooled, padded map, wide enough for whole pixel blocks.</summary>
    public int RowPixels { get; }

    public int WorkRows { get; }

    public short[] Weights { get; }

    public int[] Bias { get; }

    // Whole vectors of up to 16 lanes, in groups that the kernel takes by one, two or four.
    private static int PaddedOutputs(int channels) => channels <= 16 ? 16 : channels <= 32 ? 32 : (channels + 63) / 64 * 64;

    private short[] PackWeights(bool linear)
    {
        int taps = KernelSide * KernelSide, inputs = linear ? Layer.Pooled.Count : Layer.Pooled.Channels;
        int pixels = linear ? Layer.Pooled.Pixels : 1;
        var packed = new short[checked(taps * Pairs * OutputStride * 2)];
        for (int o = 0; o < Layer.Output.Channels; o++)
        {
            for (int i = 0; i < inputs; i++)
            {
                // Features of a linear layer count channel by channel, the activations pixel by pixel.
                int position = linear ? i % pixels * InputStride + i / pixels : i;
                for (int tap = 0; tap < taps; tap++)
                {
                    packed[((tap * Pairs + position / 2) * OutputStride + o) * 2 + position % 2] = Layer.Weights[(o * inputs + i) * taps + tap];
                }
            }
        }

        return packed;
    }
}
