// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.RandomNetworks;

/// <summary>
/// Convolutions through which the data of the FIFO flows (machine.md section 12). Each reads a ring, so only the last one's output lies in
/// memory as a whole.
/// </summary>
internal static class StreamingBlock
{
    private const long MostProducts = 1_000_000;

    public static bool TryAdd(NetworkBuilder builder)
    {
        Random random = builder.Random;
        int layers = random.Next(1, 4);
        List<Geometry> geometries = [];
        List<FeatureShape> shapes = [builder.Current.Shape];
        for (int i = 0; i < layers; i++)
        {
            Geometry geometry = new(LayerOperator.Conv2d, 3, 3, i == layers - 1 ? random.Next(1, 3) : random.Next(3), 1, Window(random, shapes[i]));
            (int rows, int columns) = geometry.Output(shapes[i]);
            if (rows < 3 || columns < 3 || shapes[i].Columns < 3) return false;
            geometries.Add(geometry);
            shapes.Add(new(rows, columns, random.Next(1, 25)));
        }

        if (Enumerable.Range(0, layers).Sum(i => 9L * shapes[i].Channels * shapes[i + 1].Count) > MostProducts) return false;
        if (Rings(builder, geometries, shapes) is not Region[] regions) return false;

        for (int i = 0; i < layers; i++)
        {
            Tensor source = i == 0 ? builder.Current with { Start = regions[0].First } : builder.Current;
            int bits = WeightedLayer.Bits(random);
            ProcessorMap map = WeightedLayer.Map(random, shapes[i + 1].Channels, bits);
            LayerDescription reading = builder.Reading(source) with { Streaming = true, InputOffset = source.Offset };
            if (!WeightedLayer.TryAdd(builder, reading, source, geometries[i], shapes[i + 1], new(map, regions[i + 1].First), bits)) throw new InvalidOperationException("There is no room for a streaming layer.");
            builder.Current = new Tensor([builder.Count - 1], shapes[i + 1], map, regions[i + 1], regions[i + 1].First) { IsShared = i == layers - 1 };
        }

        builder.Note("streaming");
        return true;
    }

    /// <summary>Rings of all layers and room for the last output, or null if they do not fit.</summary>
    private static Region[]? Rings(NetworkBuilder builder, List<Geometry> geometries, List<FeatureShape> shapes)
    {
        List<Region> regions = [];
        for (int i = 0; i < shapes.Count; i++)
        {
            int words = i == geometries.Count ? shapes[i].Pixels : Rollover(geometries, shapes, i) + 1;
            if (builder.Memory.Take(words) is Region region) regions.Add(region);
        }

        // A layer that writes below its own ring keeps the ring's length away from it (network-yaml.md section 5).
        bool fits = regions.Count == shapes.Count && Enumerable.Range(0, geometries.Count).All(i => regions[i].First < regions[i + 1].First || regions[i + 1].First + regions[i].Count < regions[i].First);
        if (fits) return [.. regions];
        foreach (Region region in regions) builder.Memory.Release(region);
        return null;
    }

    // Pooling that keeps up with the data: a window no larger than its stride.
    private static Pooling? Window(Random random, FeatureShape input)
    {
        if (random.Next(2) == 0 || Math.Min(input.Rows, input.Columns) < 4) return null;
        int size = random.Next(2, 4);
        return new((PoolingKind)random.Next(2), size, size, size);
    }

    /// <summary>Words of a layer's ring (machine.md section 12.1), from above.</summary>
    private static int Rollover(List<Geometry> geometries, List<FeatureShape> shapes, int layer)
    {
        int window = geometries[layer].Pooling?.Rows ?? 1, columns = shapes[layer].Columns;
        if (layer == 0) return 2 * ((window - 1) * columns + window) * window + 16;
        int row = geometries[layer - 1].Pooled(shapes[layer - 1]).Columns + 2 * geometries[layer - 1].Padding;
        return row * (1 + window) + window + 4 + (window - 1) * columns + Math.Max(window, 1) + 16;
    }
}
