// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Tests.Planning;

/// <summary>A layer of a small graph: a convolution with padding that keeps the size, a pooling or copying layer, or a sum.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Inputs">Layers that it reads, -1 for the network input; two for a sum.</param>
/// <param name="Channels">Output channels.</param>
/// <param name="Side">Rows and columns of the output.</param>
/// <param name="Pool">Window and stride in front of it, 1 for none.</param>
internal sealed record SmallLayer(SmallKind Kind, int[] Inputs, int Channels, int Side, int Pool);

internal enum SmallKind
{
    Convolution,
    Pass,
    Sum,
}

/// <summary>Layers whose maps nearly fill data memory, so that their places matter; up to six, so that all places can be tried.</summary>
internal sealed record SmallGraph(int Seed, int Channels, int Side, ImmutableArray<SmallLayer> Layers)
{
    public static SmallGraph Random(int seed)
    {
        Random random = new(seed);
        int side = random.Next(4) switch { 0 => random.Next(3, 9), 1 => random.Next(9, 33), _ => random.Next(33, 73) }, channels = random.Next(2) == 0 ? random.Next(1, 5) : random.Next(5, 65);
        return Random(random, seed, side, channels, random.Next(1, 7), most: 64);
    }

    /// <summary>Twenty to thirty-two layers of few channels on few pixels.</summary>
    public static SmallGraph Deep(int seed)
    {
        Random random = new(seed);
        return Random(random, seed, random.Next(4, 13), random.Next(1, 17), random.Next(20, 33), most: 20);
    }

    private static SmallGraph Random(Random random, int seed, int side, int channels, int count, int most)
    {
        List<SmallLayer> layers = [];
        int current = -1;
        while (layers.Count < count)
        {
            (int width, int now) = current < 0 ? (channels, side) : (layers[current].Channels, layers[current].Side);
            if (random.Next(3) == 0 && layers.Count + 3 <= count && current >= 0)
            {
                // Two branches and their sum.
                int sum = random.Next(1, most + 1), first = layers.Count;
                layers.Add(new(SmallKind.Convolution, [current], sum, now, 1));
                layers.Add(new(SmallKind.Convolution, [current], sum, now, 1));
                layers.Add(new(SmallKind.Sum, [first, first + 1], sum, now, 1));
            }
            else if (random.Next(4) == 0)
            {
                int pool = now >= 2 ? random.Next(1, 3) : 1;
                layers.Add(new(SmallKind.Pass, [current], width, now / pool, pool));
            }
            else
            {
                int pool = now >= 4 ? random.Next(1, 3) : 1;
                layers.Add(new(SmallKind.Convolution, [current], random.Next(1, most + 1), now / pool, pool));
            }

            current = layers.Count - 1;
        }

        return new(seed, channels, side, [.. layers]);
    }

    public FeatureShape Input => new(Side, Side, Channels);

    public NetworkDescription Description => new()
    {
        Source = "small.yaml",
        Architecture = "small",
        Dataset = "small",
        Layers =
        [
            .. Layers.Select((layer, i) => new LayerDescription
            {
                Processors = new(ulong.MaxValue),
                Operator = layer.Kind == SmallKind.Convolution ? LayerOperator.Conv2d : LayerOperator.None,
                KernelRows = layer.Kind == SmallKind.Convolution ? 3 : null,
                KernelColumns = layer.Kind == SmallKind.Convolution ? 3 : null,
                Padding = layer.Kind == SmallKind.Convolution ? 1 : null,
                Pooling = layer.Pool > 1 ? new Pooling(PoolingKind.Max, layer.Pool, layer.Pool, layer.Pool) : null,
                InputLayers = layer.Inputs is [int before] && before == i - 1 ? [] : [.. layer.Inputs],
                Elementwise = layer.Kind == SmallKind.Sum ? ElementwiseKind.Add : null,
                Operands = layer.Kind == SmallKind.Sum ? 2 : 1,
            }),
        ],
    };

    public QuantizedNetwork Quantize(NetworkDescription description)
    {
        Random random = new(Seed);
        IntegerLayerArrays[] arrays =
        [
            .. Layers.Where(layer => layer.Kind == SmallKind.Convolution).Select(layer =>
            {
                int inputs = ChannelsOf(layer.Inputs[0]);
                return new IntegerLayerArrays
                {
                    Source = "small",
                    Shape = [layer.Channels, inputs, 3, 3],
                    Weights = [.. Enumerable.Range(0, layer.Channels * inputs * 9).Select(_ => random.Next(-128, 128))],
                };
            }),
        ];
        return Quantizer.FromIntegers("small", Input, description, arrays, QuantizationOptions.Default);
    }

    public int ChannelsOf(int tensor) => tensor < 0 ? Channels : Layers[tensor].Channels;

    public int SideOf(int tensor) => tensor < 0 ? Side : Layers[tensor].Side;
}
