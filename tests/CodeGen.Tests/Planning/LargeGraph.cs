// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Tests.Planning;

/// <summary>Networks whose input is mostly too large for data memory: convolutions that shrink it, then often two branches and their sum.</summary>
internal sealed record LargeGraph(int Seed, FeatureShape Input, ImmutableArray<LayerDescription> Layers, ImmutableArray<FeatureShape> Shapes)
{
    private const int Instance = 32768;

    public NetworkDescription Description => new() { Source = "large.yaml", Architecture = "large", Dataset = "large", Layers = Layers };

    /// <summary>A network of at most a number of multiplications.</summary>
    public static LargeGraph Random(int seed, int mostSide, long mostProducts)
    {
        for (int attempt = 0; ; attempt++)
        {
            Random random = new(seed + 1_000_003 * attempt);
            if (Draw(random, seed, mostSide) is LargeGraph graph && graph.Products <= mostProducts) return graph;
        }
    }

    public QuantizedNetwork Quantize(NetworkDescription description)
    {
        Random random = new(Seed);
        List<IntegerLayerArrays> arrays = [];
        for (int i = 0; i < Layers.Length; i++)
        {
            if (Layers[i].Operator == LayerOperator.None) continue;
            int inputs = Channels(i), outputs = Shapes[i].Channels, taps = Layers[i].KernelRows!.Value * Layers[i].KernelColumns!.Value, bits = Layers[i].WeightBits ?? 8;
            arrays.Add(new IntegerLayerArrays
            {
                Source = "large",
                Shape = [outputs, inputs, Layers[i].KernelRows!.Value, Layers[i].KernelColumns!.Value],
                Weights = [.. Enumerable.Range(0, outputs * inputs * taps).Select(_ => random.Next(-1 << (bits - 1), 1 << (bits - 1)))],
                Bias = i % 3 == Seed % 3 ? [.. Enumerable.Range(0, outputs).Select(_ => random.Next(-128, 128))] : [],
            });
        }

        return Quantizer.FromIntegers("large", Input, description, arrays, QuantizationOptions.Default);
    }

    /// <summary>Bytes of a layer's output in each instance: four channels of a pixel in a word, 64 of a pass.</summary>
    public long OutputBytes(int layer) => 4L * Shapes[layer].Pixels * ((Shapes[layer].Channels + 63) / 64);

    /// <summary>Whether the input alone has room in one of its two orders.</summary>
    public bool InputFits => 4L * Input.Pixels <= Instance || (Input.Channels <= 16 && (Input.Pixels + 3) / 4 * 4 <= Instance);

    private long Products => Enumerable.Range(0, Layers.Length).Sum(i => 9L * Shapes[i].Count * Channels(i));

    private int Channels(int layer) => layer == 0 ? Input.Channels : Layers[layer].InputLayers is [int source, ..] ? Shapes[source].Channels : Shapes[layer - 1].Channels;

    private static LargeGraph? Draw(Random random, int seed, int mostSide)
    {
        FeatureShape input = new(random.Next(mostSide / 4, mostSide + 1), random.Next(mostSide / 4, mostSide + 1), random.Next(4) == 0 ? random.Next(4, 17) : random.Next(1, 4));
        List<LayerDescription> layers = [];
        List<FeatureShape> shapes = [];
        FeatureShape current = input;
        while (layers.Count < 7 && (layers.Count == 0 || 4 * current.Pixels > Instance / 2 || random.Next(3) > 0))
        {
            int kernel = random.Next(5) == 0 ? 1 : 3, window = random.Next(current.Pixels > 60_000 ? 6 : 3) == 0 ? 1 : random.Next(2, 5), stride = random.Next(6) == 0 ? random.Next(1, window + 1) : window;
            int pad = kernel == 1 ? 0 : random.Next(6) == 0 ? random.Next(3) : 1, channels = random.Next(10) == 0 ? random.Next(65, 140) : random.Next(1, 25);
            int rows = (current.Rows - window) / stride + 1 + 2 * pad - kernel + 1, columns = (current.Columns - window) / stride + 1 + 2 * pad - kernel + 1;
            if (current.Rows < window || current.Columns < window || rows < 2 || columns < 2) break;
            layers.Add(Convolution(random, kernel, pad, window, stride));
            shapes.Add(current = new(rows, columns, channels));
        }

        if (layers.Count > 0 && random.Next(2) == 0)
        {
            // Two branches and their sum.
            int from = layers.Count - 1;
            FeatureShape branch = current with { Channels = random.Next(1, 25) };
            layers.AddRange([Convolution(random, 3, 1, 1, 1), Convolution(random, 3, 1, 1, 1) with { InputLayers = [from] }]);
            layers.Add(new LayerDescription { Processors = new(ulong.MaxValue), Operator = LayerOperator.None, Elementwise = ElementwiseKind.Add, Operands = 2, InputLayers = [from + 1, from + 2] });
            shapes.AddRange([branch, branch, branch]);
        }

        return layers.Count == 0 ? null : new(seed, input, [.. layers], [.. shapes]);
    }

    private static LayerDescription Convolution(Random random, int kernel, int pad, int window, int stride) => new()
    {
        Processors = new(ulong.MaxValue),
        Operator = LayerOperator.Conv2d,
        KernelRows = kernel,
        KernelColumns = kernel,
        Padding = pad,
        WeightBits = random.Next(4) == 0 ? 1 << random.Next(4) : null,
        Activation = random.Next(2) == 0 ? ActivationKind.Relu : ActivationKind.None,
        Pooling = window == 1 ? null : new Pooling((PoolingKind)random.Next(2), window, window, stride),
    };
}
