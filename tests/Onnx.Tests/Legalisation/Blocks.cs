// SPDX-License-Identifier: MIT
using Ai8x.Onnx.Schema;

namespace Ai8x.Onnx.Tests.Legalisation;

/// <summary>Parts of models with random numbers, as PyTorch and Keras write them.</summary>
internal static class Blocks
{
    public static float[] Random(Random random, int count, double reach) => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2 - 1) * reach))];

    /// <summary>A convolution of <c>[N, C, H, W]</c>.</summary>
    public static void Conv(ModelSketch model, Random random, int inputs, int outputs, int[] kernel, long[]? pads = null, long stride = 1, int groups = 1, bool bias = true)
    {
        int fan = inputs / groups * kernel.Aggregate(1, (product, length) => product * length);
        List<string> weights = [model.Floats(Random(random, outputs * fan, 1.6 / Math.Sqrt(fan)), [outputs, inputs / groups, .. kernel.Select(length => (long)length)])];
        if (bias) weights.Add(model.Floats(Random(random, outputs, 0.3), outputs));
        List<AttributeProto> attributes = [ModelSketch.List("kernel_shape", [.. kernel.Select(length => (long)length)]), ModelSketch.List("strides", [.. kernel.Select(_ => stride)]), ModelSketch.Integer("group", groups)];
        if (pads is not null) attributes.Add(ModelSketch.List("pads", pads));
        model.Then("Conv", [.. weights], [.. attributes]);
    }

    /// <summary>Batch normalisation for inference.</summary>
    public static void Normalise(ModelSketch model, Random random, int channels, bool positive = false, bool centred = false)
    {
        float[] scale = Random(random, channels, 1.2);
        if (positive) scale = Array.ConvertAll(scale, value => Math.Abs(value) + 0.1f);
        float[] shift = centred ? new float[channels] : Random(random, channels, 0.3), mean = centred ? new float[channels] : Random(random, channels, 0.3);
        float[] variance = [.. Random(random, channels, 1).Select(value => Math.Abs(value) + 0.3f)];
        model.Then("BatchNormalization", [.. new[] { scale, shift, mean, variance }.Select(values => model.Floats(values, channels))], ModelSketch.Number("epsilon", 1e-3f));
    }

    public static void Relu(ModelSketch model) => model.Then("Relu");

    /// <summary>The clamp as an exporter with limits as inputs writes it.</summary>
    public static void Clip(ModelSketch model, float low = -1, float high = 1)
    {
        // Constants must come before the node that reads them.
        string data = model.Current, lower = model.Constant(low), upper = model.Constant(high);
        model.Node("Clip", [data, lower, upper]);
    }

    public static void Pool(ModelSketch model, string kind, int window, int stride, int axes = 2) =>
        model.Then(kind, null, ModelSketch.List("kernel_shape", [.. Enumerable.Repeat((long)window, axes)]), ModelSketch.List("strides", [.. Enumerable.Repeat((long)stride, axes)]));

    /// <summary>A dense layer with its weights as PyTorch stores them.</summary>
    public static void Gemm(ModelSketch model, Random random, int inputs, int outputs, float alpha = 1, float beta = 1) =>
        model.Then("Gemm", [model.Floats(Random(random, inputs * outputs, 2 / Math.Sqrt(inputs)), outputs, inputs), model.Floats(Random(random, outputs, 0.3), outputs)],
            ModelSketch.Integer("transB", 1), ModelSketch.Number("alpha", alpha), ModelSketch.Number("beta", beta));

    /// <summary>What <c>view(x.size(0), -1)</c> becomes.</summary>
    public static void View(ModelSketch model)
    {
        string data = model.Current, shape = model.Node("Shape", [data]), place = model.ConstantIntegers(true, 0);
        string batch = model.Node("Gather", [shape, place], ModelSketch.Integer("axis", 0));
        string axes = model.ConstantIntegers(false, 0), rest = model.ConstantIntegers(false, -1);
        string list = model.Node("Unsqueeze", [batch, axes]);
        string target = model.Node("Concat", [list, rest], ModelSketch.Integer("axis", 0));
        model.Node("Reshape", [data, target]);
    }
}
