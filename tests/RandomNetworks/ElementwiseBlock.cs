// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.RandomNetworks;

/// <summary>Layers that write operands in turn, and the element-wise layer that joins them (machine.md section 10.1a).</summary>
internal static class ElementwiseBlock
{
    public static bool TryAdd(NetworkBuilder builder)
    {
        Random random = builder.Random;
        Tensor source = builder.Current;
        bool residual = source.IsShared && source.Passes <= 2 && random.Next(3) == 0;
        Geometry? geometry = residual ? new(LayerOperator.Conv2d, 3, 3, 1) : Branches.Choose(builder);
        if (geometry is null) return false;
        (int rows, int columns) = geometry.Output(source.Shape);
        int channels = residual ? source.Shape.Channels : random.Next(8) == 0 && rows * columns <= 36 ? random.Next(65, 129) : random.Next(1, 41);
        ProcessorMap map = residual ? Channels.Packed(random, source.Map) : Channels.Neighbours(random, channels, channels <= 64);
        if (residual && !IsPlain(map, channels)) return false;
        FeatureShape output = new(rows, columns, channels);
        int operands = random.Next(5) == 0 ? random.Next(3, 6) : 2;
        int words = output.Pixels * Channels.Passes(channels);
        if (builder.Memory.Take(words * operands) is not Region region) return false;
        if (builder.Memory.Take(words) is not Region result)
        {
            builder.Memory.Release(region);
            return false;
        }

        int first = builder.Count;
        for (int k = 0; k < operands; k++)
        {
            Place place = new(map, region.First + k, operands - 1);
            if (residual && k == operands - 1)
            {
                builder.Add(WeightedLayer.Placed(builder.Reading(source) with { Operator = LayerOperator.None }, place));
                builder.Note("residual");
            }
            else if (!Branches.TryAdd(builder, source, geometry, output, place))
            {
                // The region stays taken, as the branches made so far have written it.
                return Branches.GiveUp(builder);
            }
        }

        builder.Memory.Release(result);
        builder.Advance(new Tensor([.. Enumerable.Range(first, operands)], output, map, region, region.First) { Operands = operands });
        return TryJoin(builder, builder.Current);
    }

    /// <summary>Joins operands that lie in memory; a plain join always fits.</summary>
    public static bool TryJoin(NetworkBuilder builder, Tensor source)
    {
        Random random = builder.Random;
        LayerDescription layer = builder.Reading(source) with { Elementwise = (ElementwiseKind)random.Next(4), Operands = source.Operands };
        bool alone = source.Passes > 1 && source.Operands * source.Passes != source.Operands + source.Passes;
        Geometry geometry = Geometry.Copy;
        bool convolution = !alone && random.Next(2) == 0;
        if (!alone && (convolution || source.Passes == 1)) geometry = geometry with { Pooling = Geometry.Window(random, source.Shape) };
        if (convolution) geometry = random.Next(2) == 0 ? geometry with { Operator = LayerOperator.Conv2d } : new(LayerOperator.Conv2d, 3, 3, random.Next(3), 1, geometry.Pooling);
        (int rows, int columns) = geometry.Output(source.Shape);
        if (rows < 1 || columns < 1) (geometry, convolution) = (Geometry.Copy, false);
        (rows, columns) = geometry.Output(source.Shape);
        bool window = geometry.Pooling is { } pooling && (pooling.Rows > 1 || pooling.Columns > 1);
        layer = layer with { PoolFirst = source.Operands != 2 || !window || random.Next(2) == 0 };
        bool added = convolution && TryConvolution(builder, layer, source, geometry, rows, columns);
        if (!added && geometry.Operator != LayerOperator.None)
        {
            geometry = Geometry.Copy;
            layer = layer with { PoolFirst = true };
        }

        if (!added) Plain(builder, layer, source, geometry);
        Note(builder, layer, source, geometry);
        return true;
    }

    private static bool TryConvolution(NetworkBuilder builder, LayerDescription layer, Tensor source, Geometry geometry, int rows, int columns)
    {
        Random random = builder.Random;
        FeatureShape output = new(rows, columns, ConvolutionBlock.Outputs(random, rows * columns));
        int bits = WeightedLayer.Bits(random);
        ProcessorMap map = WeightedLayer.Map(random, output.Channels, bits);
        if (builder.Memory.Take(output.Pixels * Channels.Passes(output.Channels)) is not Region region) return false;
        if (!WeightedLayer.TryAdd(builder, layer, source, geometry, output, new(map, region.First), bits))
        {
            builder.Memory.Release(region);
            return false;
        }

        builder.Advance(new Tensor([builder.Count - 1], output, map, region, region.First));
        return true;
    }

    private static void Plain(NetworkBuilder builder, LayerDescription layer, Tensor source, Geometry geometry)
    {
        (int rows, int columns) = geometry.Output(source.Shape);
        FeatureShape output = new(rows, columns, source.Shape.Channels);
        if (builder.Memory.Take(output.Pixels * source.Passes) is not Region region) throw new InvalidOperationException("There is no room for an element-wise result.");
        ProcessorMap map = Channels.Packed(builder.Random, source.Map);
        builder.Add(WeightedLayer.Placed(layer with { Operator = LayerOperator.None, Pooling = geometry.Pooling }, new(map, region.First)));
        builder.Advance(new Tensor([builder.Count - 1], output, map, region, region.First));
    }

    // Convolutions write neighbouring processors only.
    private static bool IsPlain(ProcessorMap map, int channels) => map.Last - map.First + 1 == map.Count && (channels <= 64 || map.First % 4 == 0);

    private static void Note(NetworkBuilder builder, LayerDescription layer, Tensor source, Geometry geometry)
    {
        builder.Note($"eltwise-{layer.Elementwise}");
        if (source.Operands > 2) builder.Note("eltwise-many");
        if (source.Passes > 1) builder.Note(source.Operands * source.Passes == source.Operands + source.Passes ? "eltwise-two-passes" : "eltwise-unrolled");
        if (geometry.Operator != LayerOperator.None) builder.Note("eltwise-convolution");
        if (geometry.Pooling is not null) builder.Note(layer.PoolFirst ? "eltwise-pool-first" : "eltwise-pool-last");
    }
}
