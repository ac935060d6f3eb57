// SPDX-License-Identifier: MIT
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Tests.Generator;

/// <summary>Small hand-made networks for the generator.</summary>
internal static class Networks
{
    public static LayerDescription Conv(ulong processors, int outOffset, int kernel = 3, int pad = 1) => new()
    {
        Processors = new(processors),
        KernelRows = kernel,
        KernelColumns = kernel,
        Padding = pad,
        OutputOffset = outOffset,
    };

    public static LayerDescription Linear(ulong processors, int outOffset, bool flatten = true) => new()
    {
        Processors = new(processors),
        Operator = LayerOperator.Linear,
        Flatten = flatten,
        OutputOffset = outOffset,
    };

    public static NetworkDescription Description(params LayerDescription[] layers) => new() { Source = "net.yaml", Architecture = "a", Dataset = "d", Layers = [.. layers] };

    public static IntegerLayerArrays Arrays(int[] shape, Func<int, int> weight, int[]? bias = null) => new()
    {
        Shape = [.. shape],
        Weights = [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(weight)],
        Bias = [.. bias ?? []],
    };

    public static QuantizedNetwork Network(FeatureShape input, NetworkDescription description, params IntegerLayerArrays[] arrays) =>
        Quantizer.FromIntegers("net", input, description, arrays, QuantizationOptions.Default);

    /// <summary>The network of the manual's worked examples: shapes and placement of the published MNIST network.</summary>
    public static QuantizedNetwork Mnist(Random random)
    {
        var pool = new Pooling(PoolingKind.Max, 2, 2, 2);
        NetworkDescription description = Description(
            Conv(0x1, 0x2000) with { DataFormat = DataFormat.Chw, Activation = ActivationKind.Relu, OutputShift = -1 },
            Conv(0xfffffffffffffff0, 0, pad: 2) with { Pooling = pool, Activation = ActivationKind.Relu, OutputShift = -2 },
            Conv(0xfffffffffffffff0, 0x2000) with { Pooling = pool, Activation = ActivationKind.Relu },
            Conv(0x0ffffffffffffff0, 0) with { Pooling = pool with { Kind = PoolingKind.Average }, Activation = ActivationKind.Relu },
            Linear(0xfff, 0x1000) with { OutputWidth = 32 });
        int weight(int _) => random.Next(-128, 128);
        return Network(
            new(28, 28, 1),
            description,
            Arrays([60, 1, 3, 3], weight),
            Arrays([60, 60, 3, 3], weight),
            Arrays([56, 60, 3, 3], weight),
            Arrays([12, 56, 3, 3], weight),
            Arrays([10, 192], weight, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
    }

    public static sbyte[] Sample(QuantizedNetwork network, Random random) => [.. Enumerable.Range(0, network.Input.Count).Select(_ => (sbyte)random.Next(-128, 128))];

    public static SynthesizedNetwork Synthesize(QuantizedNetwork network, SynthesisOptions? options = null) =>
        Synthesizer.Synthesize(network, Sample(network, new Random(1)), options ?? SynthesisOptions.Default);
}
