// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;

namespace Ai8x.Quant.Tests;

/// <summary>Small hand-made networks.</summary>
internal static class Samples
{
    public static LayerDescription Conv(int kernel = 3, int pad = 1) => new()
    {
        Processors = new ProcessorMap(1),
        KernelRows = kernel,
        KernelColumns = kernel,
        Padding = pad,
    };

    public static LayerDescription Linear(bool flatten = false) => new() { Processors = new ProcessorMap(1), Operator = LayerOperator.Linear, Flatten = flatten };

    public static NetworkDescription Description(params LayerDescription[] layers) => new() { Source = "net.yaml", Architecture = "a", Dataset = "d", Layers = [.. layers] };

    public static IntegerLayerArrays Arrays(int[] shape, params int[] weights) => new() { Shape = [.. shape], Weights = [.. weights] };

    public static IntegerLayerArrays Zeros(params int[] shape) => new() { Shape = [.. shape], Weights = [.. new int[shape.Aggregate(1, (a, b) => a * b)]] };

    public static QuantizedNetwork Integers(FeatureShape input, NetworkDescription description, params IntegerLayerArrays[] arrays) =>
        Quantizer.FromIntegers("net", input, description, arrays, QuantizationOptions.Default);

    public static GraphLayer Model(FeatureShape input, FeatureShape output, float[] weights, int kernel = 1) => new()
    {
        Name = "m",
        Operator = LayerOperator.Conv2d,
        Inputs = [-1],
        Input = input,
        Output = output,
        KernelRows = kernel,
        KernelColumns = kernel,
        Weights = [.. weights],
    };

    public static NetworkGraph Graph(int? inputScale, params GraphLayer[] layers) => new() { Name = "g", Input = layers[0].Input, Layers = [.. layers], InputScale = inputScale };
}
