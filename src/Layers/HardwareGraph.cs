// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
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
            Weights = [.. parameters[0].Value],
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

    public static void Copy(GraphLayer from, ImmutableArray<Parameter> parameters)
    {
        if (parameters.Length > 0) from.Weights.AsSpan().CopyTo(parameters[0].Value);
        if (parameters.Length > 1) from.Bias.AsSpan().CopyTo(parameters[1].Value);
    }

    private static GraphLayer Describe(HardwareStep step)
    {
        var layer = new GraphLayer
        {
            Name = step.Node.Name,
            Operator = LayerOperator.None,
            Inputs = [step.Source],
            Input = Shape(step.Input),
            Output = Shape(step.Node.Output),
            Flatten = step.Flatten,
        };
        return step.Node.Layer switch
        {
            Conv2D conv => layer with
            {
                Operator = LayerOperator.Conv2d,
                Pooling = Pool(conv.Pooling),
                KernelRows = conv.KernelSize,
                KernelColumns = conv.KernelSize,
                Padding = conv.PaddingSize,
                Activation = Kind(conv.Activation),
                OutputShift = conv.OutputShift,
                Wide = conv.Wide,
            },
            Dense dense => layer with
            {
                Operator = LayerOperator.Linear,
                Activation = Kind(dense.Activation),
                OutputShift = dense.OutputShift,
                Wide = dense.Wide,
            },
            Pool2D pool => layer with { Pooling = Pool(pool.Window) },
            Layer other => throw new InvalidOperationException($"{other.Kind} is not a hardware layer"),
        };
    }

    private static Pooling? Pool(PoolWindow? window) => window is null
        ? null
        : new Pooling(window.Kind == PoolKind.Max ? PoolingKind.Max : PoolingKind.Average, window.Size.Rows, window.Size.Columns, window.Stride);

    private static ActivationKind Kind(Activation activation) => activation == Activation.ReLU ? ActivationKind.Relu : ActivationKind.None;

    private static void Require(HardwareStep step, bool same, string what, string mine, string other)
    {
        if (same) return;
        throw new ModelDefinitionException(
            step.Node.Where, $"Weights are loaded from a layer with {what}.", $"the model has {mine} and the file {other}", "Load the network that was made from this model.");
    }
}
