// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.Quant;

/// <summary>
/// Which weight tensor belongs to which layer (network-yaml.md section 3.1): layers with an operator take them in order; a layer without
/// operator takes none, and one with <c>weight_source</c> takes those of another layer.
/// </summary>
internal sealed class WeightOrder
{
    private readonly ImmutableArray<int?> _tensors;

    public WeightOrder(NetworkDescription description)
    {
        CheckSources(description);
        ImmutableArray<int?>.Builder tensors = ImmutableArray.CreateBuilder<int?>(description.Layers.Length);
        foreach (LayerDescription layer in description.Layers) tensors.Add(OwnsWeights(layer) ? Count++ : null);
        _tensors = tensors.MoveToImmutable();
        Description = description;
    }

    /// <summary>The description.</summary>
    public NetworkDescription Description { get; }

    /// <summary>Number of tensors that the description takes.</summary>
    public int Count { get; }

    /// <summary>Tensor of a layer, or null without weights.</summary>
    public int? Tensor(int layer) => Description.Layers[layer].Operator == LayerOperator.None ? null : _tensors[Description.Layers[layer].WeightSource ?? layer];

    /// <summary>One entry for each layer, null without weights.</summary>
    public T?[] Spread<T>(Func<int, int, T> select)
        where T : struct => [.. Enumerable.Range(0, _tensors.Length).Select(layer => Tensor(layer) is int tensor ? select(layer, tensor) : (T?)null)];

    private static bool OwnsWeights(LayerDescription layer) => layer.Operator != LayerOperator.None && layer.WeightSource is null;

    private static void CheckSources(NetworkDescription description)
    {
        List<LimitViolation> violations = [];
        for (int i = 0; i < description.Layers.Length; i++)
        {
            if (description.Layers[i].WeightSource is not int source || description.Layers[i].Operator == LayerOperator.None) continue;
            if (source >= 0 && source < description.Layers.Length && OwnsWeights(description.Layers[source])) continue;
            violations.Add(new(DeviceLimits.WeightSource, description.Where(i), string.Create(CultureInfo.InvariantCulture, $"weight_source is {source}"), "Name a layer that has weights."));
        }

        if (violations.Count > 0) throw new LimitException(violations);
    }
}
