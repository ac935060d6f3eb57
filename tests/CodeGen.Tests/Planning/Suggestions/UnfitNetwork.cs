// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.CodeGen.Planning.Suggestions;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Tests.Planning.Suggestions;

/// <summary>A network that cannot fit, with what it lacks as this test computes it.</summary>
/// <param name="What">What is wrong with it.</param>
/// <param name="Graph">The network.</param>
/// <param name="Layer">The layer that a message must name.</param>
/// <param name="Resource">What is too small.</param>
/// <param name="Needed">The amount needed.</param>
/// <param name="Available">The amount there.</param>
internal sealed record UnfitNetwork(string What, NetworkGraph Graph, int Layer, ChipResource Resource, long Needed, long Available)
{
    /// <inheritdoc/>
    public override string ToString() => What;
}

/// <summary>Puts sequential networks together; weights are small numbers that depend on their place only, biases on their layer too.</summary>
internal sealed class ChainBuilder(int rows, int columns, int channels)
{
    private readonly List<GraphLayer> _layers = [];
    private readonly FeatureShape _input = new(rows, columns, channels);

    public FeatureShape Shape { get; private set; } = new(rows, columns, channels);

    public int Count => _layers.Count;

    public ChainBuilder Conv(int outputs, int kernel = 3, int pool = 1, bool bias = false, int? pad = null)
    {
        int padding = pad ?? kernel / 2;
        FeatureShape input = Shape;
        Pooling? pooling = pool == 1 ? null : new Pooling(PoolingKind.Max, pool, pool, pool);
        Shape = new FeatureShape(input.Rows / pool + 2 * padding - kernel + 1, input.Columns / pool + 2 * padding - kernel + 1, outputs);
        Add(new GraphLayer
        {
            Name = $"conv{Count}",
            Operator = LayerOperator.Conv2d,
            Inputs = [Count - 1],
            Input = input,
            Output = Shape,
            Pooling = pooling,
            KernelRows = kernel,
            KernelColumns = kernel,
            Padding = padding,
            Activation = ActivationKind.Relu,
            Weights = Numbers(outputs * input.Channels * kernel * kernel),
            Bias = bias ? Numbers(outputs, Count) : [],
        });
        return this;
    }

    /// <summary>The sum of the last output and an earlier one of its shape.</summary>
    public ChainBuilder Add(int earlier)
    {
        Add(new GraphLayer { Name = $"sum{Count}", Operator = LayerOperator.None, Elementwise = ElementwiseKind.Add, Inputs = [Count - 1, earlier], Input = Shape, Output = Shape });
        return this;
    }

    public ChainBuilder Dense(int outputs)
    {
        FeatureShape input = Shape;
        Shape = new FeatureShape(1, 1, outputs);
        Add(new GraphLayer { Name = $"dense{Count}", Operator = LayerOperator.Linear, Inputs = [Count - 1], Input = input, Output = Shape, Flatten = input.Pixels > 1, Wide = true, Weights = Numbers(outputs * input.Count) });
        return this;
    }

    public NetworkGraph Graph(string name) => new() { Name = name, Input = _input, Layers = [.. _layers] };

    private void Add(GraphLayer layer) => _layers.Add(layer);

    private static ImmutableArray<float> Numbers(int count, int start = 0)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (((i + start) * 37 % 61) - 30) / 128f;
        return ImmutableArray.Create(values);
    }
}
