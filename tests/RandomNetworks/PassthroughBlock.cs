// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.RandomNetworks;

/// <summary>A layer without operator: it copies or pools.</summary>
internal static class PassthroughBlock
{
    public static bool TryAdd(NetworkBuilder builder)
    {
        Tensor source = builder.Current;
        Geometry geometry = Geometry.Copy with { Pooling = Geometry.Window(builder.Random, source.Shape) };
        FeatureShape pooled = geometry.Pooled(source.Shape);

        // Several passes pool to one pixel only (network-yaml.md section 4.1).
        if (pooled.Rows < 1 || pooled.Columns < 1 || (source.Passes > 1 && geometry.Pooling is not null && pooled.Pixels != 1)) return false;
        return Add(builder, geometry.Pooling, pooled);
    }

    /// <summary>A copy, for networks that have nothing else.</summary>
    public static void Copy(NetworkBuilder builder)
    {
        if (!Add(builder, null, builder.Current.Shape)) throw new InvalidOperationException("There is no room for a copy of the input.");
    }

    private static bool Add(NetworkBuilder builder, Pooling? pooling, FeatureShape output)
    {
        Tensor source = builder.Current;
        if (builder.Memory.Take(output.Pixels * source.Passes) is not Region region) return false;
        ProcessorMap map = Channels.Packed(builder.Random, source.Map);
        builder.Add(WeightedLayer.Placed(builder.Reading(source) with { Operator = LayerOperator.None, Pooling = pooling }, new(map, region.First)));
        builder.Note(pooling is null ? "copy" : "passthrough-pool");
        if (source.Passes > 1) builder.Note("passthrough-passes");
        builder.Advance(new Tensor([builder.Count - 1], output, map, region, region.First));
        return true;
    }
}
