// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.RandomNetworks;

/// <summary>Fills in a layer with weights: widths, values, shift, activation and bias.</summary>
internal static class WeightedLayer
{
    /// <summary>Bits of the weights, by which the map of the output is chosen.</summary>
    public static int Bits(Random random) => random.Next(5) switch { 0 => 1, 1 => 2, 2 => 4, _ => 8 };

    /// <summary>A map for the output; with fewer than 8 bits or several passes it begins at a lane 0 (machine.md section 15.2).</summary>
    public static ProcessorMap Map(Random random, int channels, int bits) => Channels.Neighbours(random, channels, bits == 8 && channels <= 64, random.Next(3) == 0);

    /// <summary>Adds the layer if the accelerator has room for it.</summary>
    public static bool TryAdd(NetworkBuilder builder, LayerDescription reading, Tensor source, Geometry geometry, FeatureShape output, Place place, int bits, bool wide = false, bool spaced = false)
    {
        Random random = builder.Random;
        bool flatten = reading.Flatten;

        // Behind a streaming layer a 1x1 kernel grows to 3x3 (network-yaml.md section 5), for which nothing is set aside here.
        if (builder.Last is { Streaming: true } && geometry is { Operator: LayerOperator.Conv2d, KernelRows: 1 }) return false;
        FeatureShape pooled = geometry.Pooled(source.Shape);
        if (!builder.Budget.TryTake(geometry, pooled, output, flatten, bits, place.Map)) return false;
        bool bias = !reading.Streaming && !spaced && random.Next(2) == 0 && builder.Budget.TryTakeBias(output.Channels);
        bool plain = geometry is { Operator: LayerOperator.Conv2d, KernelRows: 3, Padding: 1 } && random.Next(3) == 0;
        bool linear = geometry.Operator == LayerOperator.Linear;
        LayerDescription layer = reading with
        {
            Operator = geometry.Operator,
            KernelRows = linear || plain ? null : geometry.KernelRows,
            KernelColumns = linear || plain ? null : geometry.KernelColumns,
            Padding = linear || plain ? null : geometry.Padding,
            Dilation = geometry.Dilation,
            Pooling = geometry.Pooling,
            WeightBits = bits == 8 && random.Next(2) == 0 ? null : bits,
            OutputChannels = random.Next(3) == 0 ? output.Channels : null,
            OutputShift = Shift(random, (long)pooled.Channels * (flatten ? pooled.Pixels : geometry.KernelRows * geometry.KernelColumns), bits),
            OutputWidth = wide ? 32 : 8,
            Activation = wide ? ActivationKind.None : (ActivationKind)random.Next(3),
        };
        Note(builder, geometry, source, output, flatten, bits, bias);
        int[] shape = geometry.Operator switch
        {
            LayerOperator.Linear => [output.Channels, pooled.Channels * (flatten ? pooled.Pixels : 1)],
            LayerOperator.Conv1d => [output.Channels, pooled.Channels, geometry.KernelRows],
            _ => [output.Channels, pooled.Channels, geometry.KernelRows, geometry.KernelColumns],
        };
        builder.Add(Placed(layer, place), Arrays(random, shape, bits, bias ? output.Channels : 0));
        return true;
    }

    /// <summary>The layer with where it writes.</summary>
    public static LayerDescription Placed(LayerDescription layer, Place place) => layer with { OutputProcessors = place.Map, OutputOffset = 4 * place.Word, WriteGap = place.Gap };

    /// <summary>A shift that brings the sums near the range of a byte, so that few values are cut off and few vanish.</summary>
    public static int Shift(Random random, long terms, int bits)
    {
        double sum = 74 * Math.Max(0.6, 0.58 * (1 << (bits - 1))) * Math.Sqrt(terms);
        int shift = (int)Math.Round(Math.Log2(64 * 128 / sum)) + random.Next(-1, 2);
        return Math.Clamp(shift, -15, 15) - (8 - bits);
    }

    private static IntegerLayerArrays Arrays(Random random, int[] shape, int bits, int biases)
    {
        int count = shape.Aggregate(1, (a, b) => a * b), low = -(1 << (bits - 1)), high = 1 << (bits - 1);
        return new IntegerLayerArrays
        {
            Source = "random weights",
            Shape = [.. shape],
            Weights = ImmutableArray.CreateRange(Enumerable.Range(0, count).Select(_ => random.Next(low, high))),
            Bias = ImmutableArray.CreateRange(Enumerable.Range(0, biases).Select(_ => random.Next(-128, 128))),
        };
    }

    private static void Note(NetworkBuilder builder, Geometry geometry, Tensor source, FeatureShape output, bool flatten, int bits, bool bias)
    {
        builder.Note(geometry.Operator.ToString());
        builder.Note(FormattableString.Invariant($"w{bits}"));
        if (bias) builder.Note("bias");
        if (flatten) builder.Note("flatten");
        if (geometry.IsFolded) builder.Note("dilation-folded");
        else if (geometry.Dilation > 1) builder.Note("dilation");
        if (source.Passes > 1) builder.Note("multi-pass");
        if (source.Passes > 1 && bits < 8 && source.Shape.Channels % source.Passes != 0) builder.Note("multi-pass-packed-uneven");
        if (output.Channels > 64) builder.Note("expansion");
        if (geometry.Pooling is { Kind: PoolingKind.Max }) builder.Note("max-pool");
        if (geometry.Pooling is { Kind: PoolingKind.Average }) builder.Note("average-pool");
    }
}
