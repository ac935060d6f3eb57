// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.RandomNetworks;

/// <summary>Two convolutions in a row with the same weights.</summary>
internal static class SharedWeightsBlock
{
    public static bool TryAdd(NetworkBuilder builder)
    {
        Random random = builder.Random;
        Tensor source = builder.Current;
        bool neighbours = source.Map.Last - source.Map.First + 1 == source.Map.Count;
        if (!neighbours || source.Passes > 1 || Geometry.Choose(random, source.Shape) is not { Operator: LayerOperator.Conv2d or LayerOperator.Conv1d, IsFolded: false } geometry) return false;
        int bits = source.Map.First % 4 == 0 ? WeightedLayer.Bits(random) : 8, owner = builder.Count;
        (int rows, int columns) = geometry.Output(source.Shape);
        FeatureShape middle = new(rows, columns, source.Shape.Channels);
        (rows, columns) = geometry.Output(middle);
        if (rows < 1 || columns < 1) return false;
        FeatureShape output = middle with { Rows = rows, Columns = columns };
        if (builder.Memory.Take(middle.Pixels) is not Region between) return false;
        if (!WeightedLayer.TryAdd(builder, builder.Reading(source), source, geometry, middle, new(source.Map, between.First), bits))
        {
            builder.Memory.Release(between);
            return false;
        }

        LayerDescription weights = builder.Last!;
        builder.Advance(new Tensor([owner], middle, source.Map, between, between.First));
        if (builder.Memory.Take(output.Pixels) is not Region region) return true;
        LayerDescription second = builder.Reading(builder.Current) with
        {
            Operator = weights.Operator,
            KernelRows = weights.KernelRows,
            KernelColumns = weights.KernelColumns,
            Padding = weights.Padding,
            Dilation = weights.Dilation,
            Pooling = weights.Pooling,
            WeightBits = random.Next(2) == 0 ? null : bits,
            WeightSource = owner,
            OutputShift = weights.OutputShift,
            Activation = (ActivationKind)random.Next(3),
        };
        builder.Add(WeightedLayer.Placed(second, new(source.Map, region.First)));
        builder.Note("shared-weights");
        builder.Advance(new Tensor([builder.Count - 1], output, source.Map, region, region.First));
        return true;
    }
}
