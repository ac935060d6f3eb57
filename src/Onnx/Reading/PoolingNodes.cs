// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Networks;

namespace Ai8x.Onnx.Reading;

/// <summary>Pooling, over windows and over whole maps.</summary>
internal static class PoolingNodes
{
    private const int LargestWindow = 16;

    public static void Pool(GraphContext graph, NodeView node, PoolingKind kind)
    {
        node.ExpectInputs(1, 1);
        node.ExpectAttributes("kernel_shape", "strides", "pads", "auto_pad", "dilations", "ceil_mode", "count_include_pad", "storage_order");
        node.Require("pads", "pooling on the chip has no padding.", 0, 0, 0, 0);
        node.Require("dilations", "pooling on the chip has no dilation.", 1, 1);
        OperatorNodes.RequireNoAutomaticPadding(node);
        FeatureTensor tensor = graph.ScaledFeature(node.Input(0), node);
        FeatureShape shape = OperatorNodes.MapShape(graph, tensor, node);
        long[] kernel = OperatorNodes.Pair(node, "kernel_shape", null);
        long[] strides = OperatorNodes.Pair(node, "strides", [1, 1]);
        (long rows, long columns) = OperatorNodes.AlongRows(tensor, kernel, node);
        (long stride, long across) = OperatorNodes.AlongRows(tensor, strides, node);
        if (rows is < 1 or > int.MaxValue || columns is < 1 or > int.MaxValue || stride is < 1 or > int.MaxValue || (across != stride && !tensor.OneDimensional))
        {
            throw node.Error($"the window is [{NodeView.Join(kernel)}] with strides [{NodeView.Join(strides)}]; both must be positive and the strides equal.");
        }

        if (rows > shape.Rows || columns > shape.Columns) throw node.Error($"the window [{NodeView.Join(kernel)}] is larger than the data, {shape}.");
        bool whole = (shape.Rows - rows) % stride == 0 && (tensor.OneDimensional || (shape.Columns - columns) % stride == 0);
        if (!whole) node.Require("ceil_mode", 0, "the chip drops incomplete windows.");
        graph.Define(node, Pooled(graph, node, tensor, shape, new Pooling(kind, (int)rows, (int)columns, (int)stride)));
    }

    /// <summary>Pooling over all rows and columns.</summary>
    public static void Global(GraphContext graph, NodeView node, PoolingKind kind)
    {
        node.ExpectInputs(1, 1);
        node.ExpectAttributes();
        FeatureTensor data = graph.ScaledFeature(node.Input(0), node);
        if (data.Shape.Length is not (3 or 4)) throw node.Error($"the data has the shape [{string.Join(", ", data.Shape)}]; it must be [N, C, H, W] or [N, C, L].");
        graph.Define(node, Whole(graph, node, data, kind).Reshaped([1, data.Shape[1], .. data.Shape.Skip(2).Select(_ => 1)], data.OneDimensional));
    }

    /// <summary>A mean or maximum over rows and columns, channels first or last.</summary>
    public static void Reduce(GraphContext graph, NodeView node, PoolingKind kind)
    {
        node.ExpectInputs(1, 2);
        node.ExpectAttributes("axes", "keepdims", "noop_with_empty_axes");
        FeatureTensor data = graph.ScaledFeature(node.Input(0), node);
        int rank = data.Shape.Length;
        long[] axes = node.InputCount == 2 ? graph.Integers(node.Input(1), node) : node.Integers("axes") ?? throw node.Error("the axes are missing.");
        long[] named = [.. axes.Select(axis => axis < 0 ? axis + rank : axis).Order()];
        bool first = named.SequenceEqual(rank == 4 ? [2L, 3] : [2L]), last = named.SequenceEqual(rank == 4 ? [1L, 2] : [1L]);
        if (rank is not (3 or 4) || (!first && !last)) throw node.Error($"the axes are [{NodeView.Join(axes)}] of [{string.Join(", ", data.Shape)}]; the chip takes a mean or maximum over all rows and columns.");
        if (last)
        {
            graph.Spend(data, node);
            data = data.Transposed(rank == 4 ? [0, 3, 1, 2] : [0, 2, 1]);
        }

        int channels = data.Shape[1];
        FeatureTensor pooled = Whole(graph, node, data, kind);
        bool keeps = (node.Integer("keepdims") ?? 1) != 0;
        int[] ones = [.. Enumerable.Repeat(1, rank - 2)];
        graph.Define(node, pooled.Reshaped(!keeps ? [1, channels] : last ? [1, .. ones, channels] : [1, channels, .. ones], oneDimensional: false));
    }

    private static FeatureTensor Whole(GraphContext graph, NodeView node, FeatureTensor data, PoolingKind kind)
    {
        FeatureTensor map = data.Shape.Length == 3 ? data.Reshaped([1, data.Shape[1], 1, data.Shape[2]], oneDimensional: true) : data;
        FeatureShape shape = OperatorNodes.MapShape(graph, map, node);
        if (shape.Pixels == 1) return map;
        int stride = Math.Max(shape.Rows, shape.Columns);
        return Pooled(graph, node, map, shape, new Pooling(kind, shape.Rows, shape.Columns, stride));
    }

    private static FeatureTensor Pooled(GraphContext graph, NodeView node, FeatureTensor tensor, FeatureShape shape, Pooling pooling)
    {
        // A single window has no next one to step to.
        if (LayerShapes.Pooled(shape, pooling).Pixels == 1) pooling = pooling with { Stride = Math.Min(pooling.Stride, LargestWindow) };
        if (pooling.Stride > LargestWindow && pooling.Rows <= LargestWindow) throw TooLarge(node, pooling, "a stride of at most 16 has no counterpart for this one");
        if (pooling.Rows <= LargestWindow && pooling.Columns <= LargestWindow) return One(graph, node, tensor, shape, pooling);
        if (Split(shape, pooling) is not { } parts) throw TooLarge(node, pooling, "this one does not divide into windows of windows. Change the maps so that their rows and columns are products of the same numbers up to 16, or pool in more layers");
        FeatureTensor between = One(graph, node, tensor, shape, parts.First);
        FeatureTensor result = One(graph, node, between, between.Producer!.Shape, parts.Second);
        string rounding = pooling.Kind == PoolingKind.Average ? " The chip rounds the mean of each part to 8 bits, so its mean may differ by one step more." : "";
        graph.Rewrites.Add((result.Producer!, string.Create(CultureInfo.InvariantCulture, $"The pooling of {pooling.Rows}x{pooling.Columns} was split into {parts.First.Rows}x{parts.First.Columns} and {parts.Second.Rows}x{parts.Second.Columns}."),
            $"The chip's windows have at most {LargestWindow} rows and columns; windows that follow each other without overlap can be pooled twice.{rounding}"));
        return result;
    }

    private static OnnxFormatException TooLarge(NodeView node, Pooling pooling, string why) =>
        node.Error(string.Create(CultureInfo.InvariantCulture, $"the pooling window is {pooling.Rows}x{pooling.Columns} with stride {pooling.Stride}; the chip's have at most {LargestWindow} rows and columns, and {why}."));

    private static FeatureTensor One(GraphContext graph, NodeView node, FeatureTensor tensor, FeatureShape shape, Pooling pooling)
    {
        LayerDraft draft = graph.BeginPooling(tensor, shape, pooling, node);
        FeatureTensor result = OperatorNodes.Map(node, draft, tensor);
        return tensor.Pending is { } pending ? result with { Pending = Passed(pending, tensor, shape, pooling, draft.Shape.Pixels, node) } : result;
    }

    /// <summary>Factors and offsets go through pooling: a mean follows both, a maximum only where no factor is negative.</summary>
    private static PendingScale Passed(PendingScale pending, FeatureTensor tensor, FeatureShape shape, Pooling pooling, int pixels, NodeView node)
    {
        if (pending.ByChannel(tensor, shape.Channels) is not { } channels) throw node.Error($"the factors of '{pending.Node.Name}' in front differ inside a channel.");
        if (pooling.Kind == PoolingKind.Max && channels.Factors.Any(factor => factor < 0)) throw node.Error($"the scaling '{pending.Node.Name}' in front has a negative factor, with which the maximum cannot be exchanged.");
        return pending with { Factors = Repeated(channels.Factors), Offsets = Repeated(channels.Offsets) };

        double[] Repeated(double[] values) => [.. values.SelectMany(value => Enumerable.Repeat(value, pixels))];
    }

    /// <summary>Two poolings that give the same as one with too large a window, or null if two cannot.</summary>
    private static (Pooling First, Pooling Second)? Split(FeatureShape shape, Pooling pooling)
    {
        bool line = shape.Columns == 1;
        bool apart = pooling.Stride >= pooling.Rows && (line || pooling.Stride >= pooling.Columns);
        bool whole = LayerShapes.Pooled(shape, pooling).Pixels == 1;
        for (int part = LargestWindow; part > 1 && (apart || whole); part--)
        {
            (int rows, int columns) = (pooling.Rows / part, line ? 1 : pooling.Columns / part);
            bool divides = pooling.Rows % part == 0 && (line || pooling.Columns % part == 0) && rows <= LargestWindow && columns <= LargestWindow;
            int stride = whole ? Math.Min(LargestWindow, Math.Max(rows, columns)) : pooling.Stride / part;
            if (divides && (whole || pooling.Stride % part == 0) && stride <= LargestWindow) return (pooling with { Rows = part, Columns = line ? 1 : part, Stride = part }, pooling with { Rows = rows, Columns = columns, Stride = stride });
        }

        return null;
    }
}
