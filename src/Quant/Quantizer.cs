// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.Quant;

/// <summary>
/// Turns a network into the chip's integers (numerics.md section 13, onnx.md section 4). Geometry comes from the description, weights and
/// their order from the model or from integer arrays.
/// </summary>
public static class Quantizer
{
    /// <summary>Quantizes a float model.</summary>
    /// <param name="graph">The model. Its weighted layers belong to those of the description in order; surplus ones at the end are left out.</param>
    /// <param name="description">Geometry and placement.</param>
    /// <param name="options">Scale and input scale.</param>
    /// <param name="broken">
    /// Takes broken limits instead of the exception, where every layer has a shape all the same. The network then only serves to find what else is broken.
    /// </param>
    /// <returns>The network in integers; where model and description disagree about pooling, activation, padding or width, the description holds and a notice says so.</returns>
    /// <exception cref="QuantizationException">Model and description do not fit together, or a value is not a number.</exception>
    /// <exception cref="LimitException">Shapes, shifts or widths exceed the device; all violations are collected.</exception>
    public static QuantizedNetwork Quantize(NetworkGraph graph, NetworkDescription description, QuantizationOptions options, ICollection<LimitViolation>? broken = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(options);
        return Collected(broken, violations => Quantize(graph, description, options, violations, broken is not null));
    }

    private static QuantizedNetwork Quantize(NetworkGraph graph, NetworkDescription description, QuantizationOptions options, List<LimitViolation> violations, bool goOn)
    {
        CheckOptions(options);
        GeometryResolver.CheckLayers(description);
        List<string> notices = [.. description.Notices, .. graph.Notices];
        var order = new WeightOrder(description);
        ImmutableArray<GraphLayer> models = GraphWeights.InOrder(graph, order, notices);
        NetworkDescription resolved = GraphWeights.WithStoredShifts(order, models);
        WeightShape?[] shapes = order.Spread((layer, tensor) => GraphWeights.Shape(models[tensor]));
        string?[] names = [.. Enumerable.Range(0, description.Layers.Length).Select(i => order.Tensor(i) is int t && description.Layers[i].WeightSource is null ? models[t].Name : null)];
        List<QuantizedLayer> layers = new GeometryResolver(resolved, graph.Input, options, violations).Resolve(shapes, names);
        if (violations.Count > 0 && !goOn) throw new LimitException(violations);
        double first = FirstLayerFactor(graph, options);
        for (int i = 0; i < layers.Count; i++)
        {
            if (order.Tensor(i) is not int tensor) continue;
            if (layers[i].WeightSource is null) GraphWeights.Compare(models[tensor], layers[i], description.Where(i), notices);
            layers[i] = Quantized(models[tensor], shapes[i]!.Value, layers[i], description.Where(i), options.Scale, tensor == 0 ? first : 1.0);
            AddRangeNotice(models[tensor], layers[i], description.Where(i), options.Scale, notices);
        }

        SharedWeights.Check(description, layers, violations);
        AddStreamingNotices(description, layers, shapes, notices);
        return Network(graph.Name, graph.Input, description, layers, options, notices);
    }

    /// <summary>Takes integer arrays as they are.</summary>
    /// <param name="name">Name of the network.</param>
    /// <param name="input">Shape of the input sample.</param>
    /// <param name="description">Geometry and placement.</param>
    /// <param name="arrays">Arrays of the weighted layers in order; surplus ones at the end are left out.</param>
    /// <param name="options">Only <see cref="QuantizationOptions.RoundAveragePooling"/> applies; the scales must have their default values.</param>
    /// <param name="broken">
    /// Takes broken limits instead of the exception, where every layer has a shape all the same. The network then only serves to find what else is broken.
    /// </param>
    /// <returns>The network in integers.</returns>
    /// <exception cref="QuantizationException">Arrays and description do not fit together, or a value exceeds its width.</exception>
    /// <exception cref="LimitException">Shapes, shifts or widths exceed the device; all violations are collected.</exception>
    public static QuantizedNetwork FromIntegers(
        string name, FeatureShape input, NetworkDescription description, IReadOnlyList<IntegerLayerArrays> arrays, QuantizationOptions options, ICollection<LimitViolation>? broken = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(arrays);
        ArgumentNullException.ThrowIfNull(options);
        return Collected(broken, violations => FromIntegers(name, input, description, arrays, options, violations, broken is not null));
    }

    private static QuantizedNetwork FromIntegers(
        string name, FeatureShape input, NetworkDescription description, IReadOnlyList<IntegerLayerArrays> arrays, QuantizationOptions options, List<LimitViolation> violations, bool goOn)
    {
        if (options.Scale != 1.0 || options.InputScale == 256)
        {
            throw new QuantizationException(description.Source, "The weights are integers already, so neither scale nor input scale applies.", "Remove these options.");
        }

        List<string> notices = [.. description.Notices];
        GeometryResolver.CheckLayers(description);
        var order = new WeightOrder(description);
        int count = order.Count;
        if (arrays.Count < count) throw TooFew(order, arrays.Count, "weight arrays");
        if (arrays.Count > count) notices.Add(Text($"The description has {count} weighted layers, so the last {arrays.Count - count} weight arrays are left out."));
        WeightShape?[] shapes = order.Spread((layer, tensor) => IntegerWeights.Shape(arrays[tensor], description.Layers[layer].Operator, description.Where(layer)));
        List<QuantizedLayer> layers = new GeometryResolver(description, input, options, violations).Resolve(shapes, new string?[description.Layers.Length]);
        if (violations.Count > 0 && !goOn) throw new LimitException(violations);
        for (int i = 0; i < layers.Count; i++)
        {
            if (order.Tensor(i) is int tensor) layers[i] = IntegerWeights.Into(layers[i], arrays[tensor], shapes[i]!.Value, description.Where(i));
        }

        SharedWeights.Check(description, layers, violations);
        AddStreamingNotices(description, layers, shapes, notices);
        return Network(name, input, description, layers, options, notices);
    }

    private static QuantizedNetwork Collected(ICollection<LimitViolation>? broken, Func<List<LimitViolation>, QuantizedNetwork> quantize)
    {
        List<LimitViolation> violations = [];
        try
        {
            QuantizedNetwork network = quantize(violations);
            if (violations.Count == 0) return network;
            if (broken is null) throw new LimitException(violations);
            foreach (LimitViolation violation in violations) broken.Add(violation);
            return network;
        }
        catch (QuantizationException problem) when (violations.Count > 0)
        {
            throw new QuantizationException(problem, violations);
        }
    }

    internal static QuantizationException TooFew(WeightOrder order, int actual, string what) => new(
        order.Description.Source,
        Text($"The description has {order.Count} layers with weights, but there are only {actual} {what}."),
        "Describe fewer layers, or supply the weights that belong to the description.");

    private static void AddStreamingNotices(NetworkDescription description, List<QuantizedLayer> layers, WeightShape?[] shapes, List<string> notices)
    {
        foreach (QuantizedLayer layer in layers)
        {
            if (shapes[layer.Index] is not WeightShape shape || (shape.KernelRows, shape.KernelColumns) == (layer.KernelRows, layer.KernelColumns)) continue;
            notices.Add($"{description.Where(layer.Index)}: in and right behind a streaming layer the 1x1 kernel runs as the middle of a padded 3x3 kernel; the values stay the same.");
        }
    }

    /// <summary>Says so where rounding leaves nothing of a layer, or where most of it is cut off: both follow from a scale that does not suit the model.</summary>
    private static void AddRangeNotice(GraphLayer model, QuantizedLayer layer, string where, double scale, List<string> notices)
    {
        int low = -1 << (layer.WeightBits - 1), high = -low - 1;
        double largest = model.Weights.Length == 0 ? 0 : model.Weights.Max(weight => Math.Abs((double)weight));
        if (largest > 0 && layer.Weights.All(weight => weight == 0))
        {
            notices.Add(Text($"{where}: every weight is 0 after rounding to {layer.WeightBits} bits: the largest is {largest:G4}, the scale {scale}. Use more bits or a larger scale."));
        }

        int cut = layer.Weights.Count(weight => weight == low || weight == high);
        if (cut > layer.Weights.Length / 2 && layer.WeightBits > 2)
        {
            notices.Add(Text($"{where}: {cut} of {layer.Weights.Length} weights lie at the ends of {layer.WeightBits} bits: the largest is {largest:G4}, the scale {scale}. Use a smaller scale."));
        }
    }

    private static QuantizedNetwork Network(
        string name, FeatureShape input, NetworkDescription description, List<QuantizedLayer> layers, QuantizationOptions options, List<string> notices) => new()
        {
            Name = name,
            Input = input,
            Layers = [.. layers],
            Description = description,
            RoundAveragePooling = options.RoundAveragePooling,
            Notices = [.. notices],
        };

    private static double FirstLayerFactor(NetworkGraph graph, QuantizationOptions options)
    {
        int scale = options.InputScale ?? graph.InputScale ?? NetworkGraph.DefaultInputScale;
        if (scale is not (128 or 256))
        {
            throw new QuantizationException(graph.Name, Text($"The model was trained with input divided by {scale}."), "Use an input scale of 128 or 256.");
        }

        return scale == 256 && !options.KeepFirst ? 0.5 : 1.0;
    }

    // A weight of 1.0 has 2^(bits - 1) units, and so has a bias: the accumulator holds 128 * 2^(bits - 1) units for 1.0, the bias counts
    // 128 of them. The bias keeps its eight bits whatever the width of the weights.
    private static QuantizedLayer Quantized(GraphLayer model, WeightShape shape, QuantizedLayer layer, string where, double scale, double weightFactor)
    {
        double units = (1 << (layer.WeightBits - 1)) * scale;
        sbyte[] weights = Integers(model.Weights, units * weightFactor, layer.WeightBits, where, "weight");
        return layer with
        {
            Weights = [.. IntegerWeights.Centred(weights, shape, layer)],
            Bias = [.. Integers(model.Bias, units, 8, where, "bias")],
        };
    }

    private static sbyte[] Integers(ImmutableArray<float> values, double factor, int bits, string where, string what)
    {
        var integers = new sbyte[values.Length];
        for (int i = 0; i < integers.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                throw new QuantizationException(where, Text($"The {what} with index {i} is {values[i]}."), "Train the model again; it must hold finite numbers only.");
            }

            integers[i] = IntegerArithmetic.ClampThenRoundHalfToEven(values[i], factor, bits);
        }

        return integers;
    }

    private static void CheckOptions(QuantizationOptions options)
    {
        if (!double.IsFinite(options.Scale) || options.Scale <= 0)
        {
            throw new QuantizationException("quantization", Text($"The scale is {options.Scale}."), "Use a finite scale above 0.");
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
