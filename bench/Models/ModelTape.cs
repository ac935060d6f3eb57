// SPDX-License-Identifier: MIT
using Ai8x.Autograd;

namespace Ai8x.Bench.Models;

/// <summary>A model recorded for this engine.</summary>
internal sealed class ModelTape
{
    private const float Limit = 1;
    private readonly BenchmarkModel _model;
    private readonly bool _regularized;

    /// <summary>Records a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="regularized">With dropout and activity penalties, as it was published; without them all engines of the comparison do the same work.</param>
    public ModelTape(BenchmarkModel model, bool regularized)
    {
        _model = model;
        _regularized = regularized;
        Variable x = Tape.Input(model.Input);
        int weighted = 0;
        for (int i = 0; i < model.Layers.Length; i++)
        {
            x = model.Layers[i] switch
            {
                ReshapeLayer reshape => Tape.Reshape(x, reshape.Target),
                DropoutLayer dropout => regularized ? Tape.Dropout(x, dropout.Rate, i) : x,
                _ => Weighted(x, weighted++),
            };
        }

        Logits = x.Shape.Pixels == 1 ? x : Tape.Flatten(x);
    }

    public Tape Tape { get; } = new();

    public Variable Logits { get; }

    private Variable Weighted(Variable x, int index)
    {
        PlacedLayer layer = _model.Weighted[index];
        Parameter weights = New($"layer{index}.weights", layer.WeightShape, ModelWeights.Of(_model, index));
        Parameter? bias = layer.Bias ? New($"layer{index}.bias", [layer.Output.Channels], null) : null;
        x = layer.Pooling switch
        {
            PoolingBefore.Maximum => Tape.MaxPool(x, 2, 2, 2),
            PoolingBefore.Average => Tape.Clamp(Tape.AveragePool(x, 2, 2, 2), -Limit, Limit),
            _ => x,
        };
        x = layer.WeightShape.Length switch
        {
            2 => Tape.Dense(x.Shape.Pixels == 1 ? x : Tape.Flatten(x), weights, bias),
            3 => Tape.Conv1d(x, weights, bias, layer.Shape.PaddingColumns),
            _ => Tape.Conv2d(x, weights, bias, layer.Shape.PaddingRows),
        };
        if (layer.Activated) x = Tape.Relu(x);
        if (_regularized && _model.ActivityPenalty > 0) Tape.ActivityPenalty(x, _model.ActivityPenalty);
        return layer.Activated ? Tape.Clamp(x, -Limit, Limit) : x;
    }

    private static Parameter New(string name, System.Collections.Immutable.ImmutableArray<int> shape, float[]? values)
    {
        var parameter = new Parameter(name, shape);
        values?.CopyTo(parameter.Value);
        return parameter;
    }
}
