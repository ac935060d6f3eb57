// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
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
    /// <returns>The network in integers; where model and description disagree about pooling, activation, padding or width, the description holds and a notice says so.</returns>
    /// <exception cref="QuantizationException">Model and description do not fit together, or a value is not a number.</exception>
    /// <exception cref="Device.Limits.LimitException">Shapes, shifts or widths exceed the device; all violations are collected.</exception>
    public static QuantizedNetwork Quantize(NetworkGraph graph, NetworkDescription description, QuantizationOptions options)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(options);
        CheckOptions(options);
        List<string> notices = [.. description.Notices];
        ImmutableArray<GraphLayer> models = GraphWeights.InOrder(graph, description, notices);
        NetworkDescription resolved = GraphWeights.WithStoredShifts(description, models);
        List<QuantizedLayer> layers = new GeometryResolver(resolved, graph.Input)
            .Resolve([.. models.Select(GraphWeights.Shape)], [.. models.Select(m => (string?)m.Name)]);
        double first = FirstLayerFactor(graph, options);
        for (int i = 0; i < layers.Count; i++)
        {
            GraphWeights.Compare(models[i], layers[i], description.Where(i), notices);
            layers[i] = Quantized(models[i], layers[i], description.Where(i), options.Scale, i == 0 ? first : 1.0);
        }

        return Network(graph.Name, graph.Input, description, layers, options, notices);
    }

    /// <summary>Takes integer arrays as they are.</summary>
    /// <param name="name">Name of the network.</param>
    /// <param name="input">Shape of the input sample.</param>
    /// <param name="description">Geometry and placement.</param>
    /// <param name="arrays">Arrays of the weighted layers in order; surplus ones at the end are left out.</param>
    /// <param name="options">Only <see cref="QuantizationOptions.RoundAveragePooling"/> applies; the scales must have their default values.</param>
    /// <returns>The network in integers.</returns>
    /// <exception cref="QuantizationException">Arrays and description do not fit together, or a value exceeds its width.</exception>
    /// <exception cref="Device.Limits.LimitException">Shapes, shifts or widths exceed the device; all violations are collected.</exception>
    public static QuantizedNetwork FromIntegers(
        string name, FeatureShape input, NetworkDescription description, IReadOnlyList<IntegerLayerArrays> arrays, QuantizationOptions options)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(arrays);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Scale != 1.0 || options.InputScale == 256)
        {
            throw new QuantizationException(description.Source, "The weights are integers already, so neither scale nor input scale applies.", "Remove these options.");
        }

        List<string> notices = [.. description.Notices];
        int count = description.Layers.Length;
        if (arrays.Count < count) throw TooFew(description, arrays.Count, "weight arrays");
        if (arrays.Count > count) notices.Add(Text($"The description has {count} weighted layers, so the last {arrays.Count - count} weight arrays are left out."));
        WeightShape[] shapes = [.. Enumerable.Range(0, count).Select(i => IntegerWeights.Shape(arrays[i], description.Where(i)))];
        List<QuantizedLayer> layers = new GeometryResolver(description, input).Resolve(shapes, new string?[count]);
        for (int i = 0; i < count; i++) layers[i] = IntegerWeights.Into(layers[i], arrays[i], shapes[i], description.Where(i));
        return Network(name, input, description, layers, options, notices);
    }

    internal static QuantizationException TooFew(NetworkDescription description, int actual, string what) => new(
        description.Source,
        Text($"The description has {description.Layers.Length} layers with weights, but there are only {actual} {what}."),
        "Describe fewer layers, or supply the weights that belong to the description.");

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

    private static QuantizedLayer Quantized(GraphLayer model, QuantizedLayer layer, string where, double scale, double weightFactor)
    {
        if (layer.WeightBits != 8)
        {
            throw new QuantizationException(
                where,
                Text($"Quantizing a float model to {layer.WeightBits}-bit weights is not supported yet."),
                "Remove quantization, or supply integer weight arrays.");
        }

        double units = IntegerArithmetic.UnitsPerOne * scale;
        return layer with
        {
            Weights = [.. Integers(model.Weights, units * weightFactor, where, "weight")],
            Bias = [.. Integers(model.Bias, units, where, "bias")],
        };
    }

    private static sbyte[] Integers(ImmutableArray<float> values, double factor, string where, string what)
    {
        var integers = new sbyte[values.Length];
        for (int i = 0; i < integers.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                throw new QuantizationException(where, Text($"The {what} with index {i} is {values[i]}."), "Train the model again; it must hold finite numbers only.");
            }

            integers[i] = IntegerArithmetic.ClampThenRoundHalfToEven(values[i], factor);
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
