// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Ai8x.Autograd;
using Ai8x.Networks;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>Conversion between the nodes of a model and the typed hand-over <see cref="NetworkGraph"/>.</summary>
internal static class HardwareGraph
{
    public static FeatureShape Shape(SampleShape shape) => new(shape.Height, shape.Width, shape.Channels);

    public static GraphLayer ToLayer(HardwareStep step, ImmutableArray<Parameter> parameters)
    {
        GraphLayer layer = Describe(step);
        return parameters.IsEmpty ? layer : layer with
        {
            Weights = Stored(step, parameters[0].Value),
            Bias = parameters.Length > 1 ? [.. parameters[1].Value] : [],
        };
    }

    public static void CheckSame(HardwareStep step, ImmutableArray<Parameter> parameters, GraphLayer other)
    {
        GraphLayer mine = Describe(step);
        Require(step, mine.Operator == other.Operator, "the same operator", $"{mine.Operator}", $"{other.Operator}");
        Require(step, mine.Input == other.Input && mine.Output == other.Output, "the same shapes", $"{mine.Input} to {mine.Output}", $"{other.Input} to {other.Output}");
        Require(step, mine.KernelRows == other.KernelRows && mine.KernelColumns == other.KernelColumns, "the same kernel", $"{mine.KernelRows}x{mine.KernelColumns}", $"{other.KernelRows}x{other.KernelColumns}");
        int weights = parameters.Length > 0 ? parameters[0].Count : 0, bias = parameters.Length > 1 ? parameters[1].Count : 0;
        Require(step, weights == other.Weights.Length, "as many weights", $"{weights}", $"{other.Weights.Length}");
        Require(step, bias == other.Bias.Length, "as many biases", $"{bias}", $"{other.Bias.Length}");
    }

    public static void Copy(HardwareStep step, GraphLayer from, ImmutableArray<Parameter> parameters)
    {
        if (parameters.Length > 0) Restore(step, from.Weights.AsSpan(), parameters[0].Value);
        if (parameters.Length > 1) from.Bias.AsSpan().CopyTo(parameters[1].Value);
    }

    /// <summary>Weights in the order of the chip's features, which a Permute layer in front of a dense layer changes.</summary>
    private static ImmutableArray<float> Stored(HardwareStep step, ReadOnlySpan<float> weights)
    {
        if (step.Features.IsDefault) return [.. weights];
        var stored = new float[weights.Length];
        int inputs = step.Features.Length;
        for (int i = 0; i < weights.Length; i++) stored[i / inputs * inputs + step.Features[i % inputs]] = weights[i];
        return ImmutableCollectionsMarshal.AsImmutableArray(stored);
    }

    private static void Restore(HardwareStep step, ReadOnlySpan<float> stored, Span<float> weights)
    {
        if (step.Features.IsDefault)
        {
            stored.CopyTo(weights);
            return;
        }

        int inputs = step.Features.Length;
        for (int i = 0; i < weights.Length; i++) weights[i] = stored[i / inputs * inputs + step.Features[i % inputs]];
    }

    private static GraphLayer Describe(HardwareStep step)
    {
        var layer = new GraphLayer
        {
            Name = step.Node.Name,
            Operator = LayerOperator.None,
            Inputs = step.Sources,
            Input = Shape(step.Input),
            Output = Shape(step.Output),
            Flatten = step.Flatten,
        };
        return step.Node.Layer switch
        {
            Convolution conv => layer with
            {
                Operator = Operator(conv),
                Pooling = Pool(conv.Pooling),
                KernelRows = conv.KernelSize,
                KernelColumns = conv is Conv1D ? 1 : conv.KernelSize,
                Padding = conv.PaddingSize,
                Activation = Kind(step, conv.Activation),
                OutputShift = conv.OutputShift,
                Wide = conv.Wide,
            },
            Dense dense => layer with
            {
                Operator = LayerOperator.Linear,
                Activation = Kind(step, dense.Activation),
                OutputShift = dense.OutputShift,
                Wide = dense.Wide,
            },
            Layers.Pool pool => layer with { Pooling = Pool(pool.Window) },
            ElementwiseLayer elementwise => layer with { Elementwise = elementwise.Operation },
            Layer other => throw new InvalidOperationException($"{other.Kind} is not a hardware layer"),
        };
    }

    private static LayerOperator Operator(Convolution convolution) => convolution switch
    {
        Conv1D => LayerOperator.Conv1d,
        Conv2DTranspose => LayerOperator.ConvTranspose2d,
        _ => LayerOperator.Conv2d,
    };

    private static Pooling? Pool(PoolWindow? window) => window is null
        ? null
        : new Pooling(window.Kind == PoolKind.Max ? PoolingKind.Max : PoolingKind.Average, window.Size.Rows, window.Size.Columns, window.Stride);

    private static ActivationKind Kind(HardwareStep step, Activation activation) => step.Rectified || activation == Activation.ReLU ? ActivationKind.Relu : ActivationKind.None;

    private static void Require(HardwareStep step, bool same, string what, string mine, string other)
    {
        if (same) return;
        throw new ModelDefinitionException(
            step.Node.Where, $"Weights are loaded from a layer with {what}.", $"the model has {mine} and the file {other}", "Load the network that was made from this model.");
    }
}
