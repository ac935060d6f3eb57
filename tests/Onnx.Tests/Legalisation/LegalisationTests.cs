// SPDX-License-Identifier: MIT
using Ai8x.Networks;
using Ai8x.Onnx.Schema;

namespace Ai8x.Onnx.Tests.Legalisation;

/// <summary>Forms that other exporters have; ONNX Runtime says what they compute.</summary>
public sealed class LegalisationTests
{
    private readonly Random _random = new(11);

    [Fact]
    public void BatchNormalisation_BehindAConvolution_GoesIntoItsWeights()
    {
        var model = new ModelSketch(13, 1, 3, 9, 8);
        Blocks.Conv(model, _random, 3, 5, [3, 3], [1, 1, 1, 1], bias: false);
        Blocks.Normalise(model, _random, 5);
        Blocks.Relu(model);
        Blocks.Clip(model);
        NetworkGraph network = Agreement.Check(model);
        GraphLayer layer = Assert.Single(network.Layers);
        Assert.Equal((ActivationKind.Relu, 5), (layer.Activation, layer.Bias.Length));
        GraphRewrite rewrite = Assert.Single(network.Rewrites);
        Assert.Equal("conv2", rewrite.Layer);
        Assert.Contains("batch normalisation '/batchnormalization", rewrite.What, StringComparison.Ordinal);
    }

    [Fact]
    public void BatchNormalisation_InFrontOfAConvolutionWithoutPadding_GoesIntoItsWeights()
    {
        var model = new ModelSketch(13, 1, 3, 9, 8);
        Blocks.Normalise(model, _random, 3);
        Blocks.Conv(model, _random, 3, 5, [3, 3]);
        Blocks.Clip(model);
        Blocks.Pool(model, "AveragePool", 2, 2);
        Blocks.Normalise(model, _random, 5);
        Blocks.Conv(model, _random, 5, 4, [1, 1]);
        Blocks.Clip(model);
        Blocks.Normalise(model, _random, 4, positive: true);
        Blocks.Pool(model, "MaxPool", 2, 2);
        model.Then("Flatten");
        Blocks.Gemm(model, _random, 4, 6);
        NetworkGraph network = Agreement.Check(model);
        Assert.Equal(4, network.Layers.Length);
        Assert.Equal(4, network.Rewrites.Length);
    }

    [Fact]
    public void BatchNormalisation_BehindAFlattenedMap_GoesIntoTheDenseLayer()
    {
        var model = new ModelSketch(11, 1, 2, 3, 4);
        model.Then("Flatten");
        Blocks.Normalise(model, _random, 24);
        Blocks.Gemm(model, _random, 24, 5, alpha: 0.5f, beta: 2);
        Blocks.Normalise(model, _random, 5);
        Blocks.Clip(model);
        Assert.Single(Agreement.Check(model).Layers);
    }

    [Fact]
    public void BatchNormalisation_OfATransposedConvolution_GoesIntoItsWeights()
    {
        var model = new ModelSketch(11, 1, 2, 3, 4);
        model.Then("ConvTranspose", [model.Floats(Blocks.Random(_random, 2 * 3 * 9, 0.3), 2, 3, 3, 3)], ModelSketch.List("strides", 2, 2), ModelSketch.List("pads", 1, 1, 1, 1), ModelSketch.List("output_padding", 1, 1));
        Blocks.Normalise(model, _random, 3);
        Blocks.Clip(model, 0);
        Assert.Equal(LayerOperator.ConvTranspose2d, Assert.Single(Agreement.Check(model).Layers).Operator);
    }

    [Fact]
    public void FactorsAndOffsets_AsTheyAreLeftOfNormalisation_AreFolded()
    {
        var model = new ModelSketch(11, 1, 2, 6, 6);
        model.Then("Sub", [model.Floats([0.1f, -0.2f], 1, 2, 1, 1)]);
        model.Then("Div", [model.Floats([0.5f, 0.7f], 2, 1, 1)]);
        Blocks.Conv(model, _random, 2, 3, [3, 3]);
        model.Then("Mul", [model.Floats([0.5f, 0.25f, -3], 3, 1, 1)]);
        model.Then("Add", [model.Floats([0.5f, 0.25f, -0.3f], 1, 3, 1, 1)]);
        Blocks.Relu(model);
        model.Then("Mul", [model.Floats([0.3f])]);
        Blocks.Clip(model);
        Assert.Single(Agreement.Check(model).Layers);
    }

    [Fact]
    public void MaximumBetweenConvolutionAndActivation_MovesBehindTheClamp()
    {
        var model = new ModelSketch(13, 1, 3, 8, 8);
        Blocks.Conv(model, _random, 3, 5, [3, 3], [1, 1, 1, 1]);
        Blocks.Pool(model, "MaxPool", 2, 2);
        Blocks.Relu(model);
        model.Then("Dropout");
        Blocks.Clip(model);
        Blocks.View(model);
        Blocks.Gemm(model, _random, 80, 10);
        NetworkGraph network = Agreement.Check(model);
        Assert.Equal([LayerOperator.Conv2d, LayerOperator.None, LayerOperator.Linear], network.Layers.Select(layer => layer.Operator));
        Assert.True(network.Layers[2].Wide);
        Assert.Contains(network.Rewrites, rewrite => rewrite.What.StartsWith("The pooling moved behind Relu, Dropout, Clip", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, 3, new long[] { 0, 1, 0, 1 })]
    [InlineData(3, 1, new long[] { 1, 0, 1, 0 })]
    [InlineData(2, 2, new long[] { 0, 0, 1, 1 })]
    [InlineData(2, 2, new long[] { 1, 1, 0, 0 })]
    [InlineData(2, 3, new long[] { 1, 1, 0, 1 })]
    [InlineData(1, 1, new long[] { 1, 1, 1, 1 })]
    [InlineData(2, 2, new long[] { 1, 1, 2, 2 })]
    public void SmallKernels_WithTheirPads_Become3x3(int rows, int columns, long[] pads)
    {
        var model = new ModelSketch(13, 1, 2, 5, 6);
        Blocks.Conv(model, _random, 2, 3, [rows, columns], pads);
        Blocks.Clip(model);
        GraphLayer layer = Assert.Single(Agreement.Check(model).Layers);
        Assert.Equal((3, 3), (layer.KernelRows, layer.KernelColumns));
    }

    [Theory]
    [InlineData(6, 6, 3)]
    [InlineData(4, 8, 2)]
    public void Groups_BecomeFullConvolutions(int inputs, int outputs, int groups)
    {
        var model = new ModelSketch(13, 1, inputs, 5, 6);
        Blocks.Conv(model, _random, inputs, outputs, [3, 3], [1, 1, 1, 1], groups: groups);
        Blocks.Clip(model);
        GraphLayer layer = Assert.Single(Agreement.Check(model).Layers);
        Assert.Equal(inputs * outputs * 9, layer.Weights.Length);
        Assert.Equal(inputs * outputs * 9 / groups, layer.Weights.Count(weight => weight != 0));
    }

    [Fact]
    public void Strides_BecomePoolingOfOnePixel()
    {
        var model = new ModelSketch(13, 1, 3, 13, 12);
        Blocks.Conv(model, _random, 3, 6, [3, 3], [1, 1, 1, 1], stride: 2);
        Blocks.Normalise(model, _random, 6);
        Blocks.Relu(model);
        Blocks.Clip(model);
        Blocks.Conv(model, _random, 6, 4, [1, 1], stride: 3);
        Blocks.Clip(model);
        NetworkGraph network = Agreement.Check(model);
        Assert.Equal(3, network.Layers.Length);
        Assert.Equal(new Pooling(PoolingKind.Max, 1, 1, 2), network.Layers[1].Pooling);
        Assert.Equal(new Pooling(PoolingKind.Max, 1, 1, 3), network.Layers[2].Pooling);
    }

    [Theory]
    [InlineData("GlobalAveragePool", 7, 5)]
    [InlineData("GlobalMaxPool", 7, 5)]
    [InlineData("ReduceMean", 7, 5)]
    [InlineData("ReduceMax", 6, 6)]
    [InlineData("GlobalAveragePool", 32, 32)]
    [InlineData("GlobalMaxPool", 36, 24)]
    public void MeansOfWholeMaps_ArePooling(string operation, int rows, int columns)
    {
        var model = new ModelSketch(13, 1, 2, rows, columns);
        if (operation.StartsWith("Reduce", StringComparison.Ordinal)) model.Then(operation, null, ModelSketch.List("axes", -1, 2), ModelSketch.Integer("keepdims", 0));
        else
        {
            model.Then(operation);
            model.Then("Flatten");
        }

        Blocks.Gemm(model, _random, 2, 4);
        NetworkGraph network = Agreement.Check(model);
        Assert.All(network.Layers.Where(layer => layer.Pooling is not null), layer => Assert.InRange(Math.Max(layer.Pooling!.Rows, layer.Pooling.Columns), 1, 16));
        Assert.Equal(rows > 16 ? 3 : 2, network.Layers.Length);
    }

    [Fact]
    public void MeanOfAMapWithChannelsLast_AsKerasHasIt_IsPooling()
    {
        var model = new ModelSketch(13, 1, 6, 5, 3);
        model.Then("Transpose", null, ModelSketch.List("perm", 0, 3, 1, 2));
        Blocks.Conv(model, _random, 3, 4, [3, 3]);
        Blocks.Clip(model, 0);
        model.Then("Transpose", null, ModelSketch.List("perm", 0, 2, 3, 1));
        model.Then("ReduceMean", null, ModelSketch.List("axes", 1, 2), ModelSketch.Integer("keepdims", 0));
        model.Then("MatMul", [model.Floats(Blocks.Random(_random, 12, 1), 4, 3)]);
        model.Then("Add", [model.Floats([0.5f, 0.25f, -0.125f], 3)]);
        byte[] bytes = model.Finish();
        NetworkGraph network = OnnxImporter.Import(bytes, "keras");
        Assert.Equal(new FeatureShape(6, 5, 3), network.Input);
        Agreement.Check(bytes, network, model.Shape, values => [.. Enumerable.Range(0, 90).Select(i => values[(i % 3 * 30) + (i / 3)])], "keras");
    }

    [Fact]
    public void ZerosInFrontOfAConvolution_BecomeItsPadding()
    {
        var model = new ModelSketch(13, 1, 2, 5, 6);
        model.Then("Pad", [model.Integers(0, 0, 1, 1, 0, 0, 1, 1)], ModelSketch.Text("mode", "constant"));
        Blocks.Conv(model, _random, 2, 3, [3, 3]);
        Blocks.Clip(model);
        Assert.Equal(1, Assert.Single(Agreement.Check(model).Layers).Padding);
    }

    [Fact]
    public void Residuals_WithActivationBehindTheSum_GetAConvolutionThatPassesOn()
    {
        var model = new ModelSketch(13, 1, 4, 7, 7);
        Blocks.Conv(model, _random, 4, 6, [3, 3], [1, 1, 1, 1], stride: 2);
        Blocks.Normalise(model, _random, 6);
        Blocks.Relu(model);
        Blocks.Clip(model);
        string trunk = model.Current;
        Blocks.Conv(model, _random, 6, 6, [3, 3], [1, 1, 1, 1]);
        Blocks.Normalise(model, _random, 6);
        Blocks.Clip(model);
        model.Node("Add", [model.Current, trunk]);
        Blocks.Relu(model);
        Blocks.Clip(model);
        model.Then("GlobalAveragePool");
        Blocks.View(model);
        Blocks.Gemm(model, _random, 6, 3);
        NetworkGraph network = Agreement.Check(model);
        GraphLayer sum = network.Layers.Single(layer => layer.Elementwise == ElementwiseKind.Add);
        Assert.Equal((LayerOperator.Conv2d, ActivationKind.Relu, 1), (sum.Operator, sum.Activation, sum.OutputShift));
        Assert.Contains(network.Rewrites, rewrite => rewrite.What.StartsWith("A 1x1 convolution that passes on", StringComparison.Ordinal));
    }

    [Fact]
    public void ActivationsAndScalingsThatStandAlone_GetALayer()
    {
        var model = new ModelSketch(13, 1, 3, 5, 5);
        Blocks.Relu(model);
        Blocks.Normalise(model, _random, 3);
        Blocks.Clip(model);
        Blocks.Pool(model, "MaxPool", 2, 1);
        model.Then("Abs");
        Blocks.Clip(model);
        NetworkGraph network = Agreement.Check(model);
        Assert.All(network.Layers, layer => Assert.Equal(LayerOperator.Conv2d, layer.Operator));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void LowerLimitOfZero_IsTheActivation(bool together)
    {
        var model = new ModelSketch(13, 1, 2, 4, 4);
        Blocks.Conv(model, _random, 2, 3, [1, 1]);
        if (together) Blocks.Clip(model, 0);
        else
        {
            model.Then("Max", [model.Floats([0])]);
            model.Then("Min", [model.Floats([1])]);
        }

        Assert.Equal(ActivationKind.Relu, Assert.Single(Agreement.Check(model).Layers).Activation);
    }

    [Fact]
    public void OneDimensionalLayers_AsPyTorchHasThem_AreRead()
    {
        var model = new ModelSketch(13, 1, 4, 24);
        Blocks.Conv(model, _random, 4, 6, [3], [1, 1]);
        Blocks.Normalise(model, _random, 6);
        Blocks.Pool(model, "MaxPool", 2, 2, axes: 1);
        Blocks.Relu(model);
        Blocks.Clip(model);
        Blocks.Conv(model, _random, 6, 5, [5], stride: 2);
        Blocks.Clip(model);
        model.Then("GlobalAveragePool");
        model.Then("Flatten");
        Blocks.Gemm(model, _random, 5, 3);
        NetworkGraph network = Agreement.Check(model);
        Assert.Equal(new FeatureShape(24, 1, 4), network.Input);
        Assert.Equal([LayerOperator.Conv1d, LayerOperator.Conv1d], network.Layers.Where(layer => layer.KernelRows > 1).Select(layer => layer.Operator));
    }

    [Fact]
    public void LayersWhoseWeightsAreSmall_NeedNoClamp()
    {
        var model = new ModelSketch(13, 1, 2, 4, 4);
        model.Then("Conv", [model.Floats([0.5f, -0.25f, 0.1f, 0.9f], 2, 2, 1, 1), model.Floats([0.25f, 0], 2)]);
        Blocks.Relu(model);
        Blocks.Conv(model, _random, 2, 3, [3, 3]);
        NetworkGraph network = Agreement.Check(model);
        Assert.Equal([false, true], network.Layers.Select(layer => layer.Wide));
        Assert.Equal(["The clamp to -1..1 was added.", "The last layer became wide (32-bit results)."], network.Rewrites.Select(rewrite => rewrite.What));
    }

    [Fact]
    public void MaximumThatTwoConvolutionsRead_IsALayerOfItsOwn()
    {
        var model = new ModelSketch(13, 1, 3, 8, 8);
        string pooled = model.Then("MaxPool", null, ModelSketch.List("kernel_shape", 2, 2), ModelSketch.List("strides", 2, 2));
        Blocks.Conv(model, _random, 3, 2, [1, 1]);
        Blocks.Clip(model);
        string first = model.Current;
        model.Current = pooled;
        Blocks.Conv(model, _random, 3, 2, [3, 3], [1, 1, 1, 1]);
        Blocks.Clip(model);
        model.Node("Concat", [first, model.Current], ModelSketch.Integer("axis", 1));
        Blocks.Normalise(model, _random, 4);
        Blocks.Conv(model, _random, 4, 2, [1, 1]);
        Blocks.Clip(model);
        Assert.Equal(4, Agreement.Check(model).Layers.Length);
    }

    [Fact]
    public void PoolingOfManyChannels_InFrontOfADenseLayer_GetsAConvolutionThatPassesOn()
    {
        var model = new ModelSketch(13, 1, 3, 4, 4);
        Blocks.Conv(model, _random, 3, 68, [1, 1]);
        Blocks.Clip(model);
        Blocks.Pool(model, "AveragePool", 2, 2);
        model.Then("Flatten");
        Blocks.Gemm(model, _random, 68 * 4, 3);
        NetworkGraph network = Agreement.Check(model);
        Assert.Equal((LayerOperator.Conv2d, 1), (network.Layers[1].Operator, network.Layers[1].OutputShift));
        Assert.Contains(network.Rewrites, rewrite => rewrite.What.StartsWith("The pooling got a 1x1 convolution", StringComparison.Ordinal));
    }

    [Fact]
    public void RewritesWithoutArithmetic_KeepTheBitsOfTheWeights()
    {
        float[] weights = Blocks.Random(_random, 18, 0.5), bias = [0.5f, 0.25f];
        NetworkGraph plain = OnnxImporter.Import(Sketch(odd: false), "plain"), odd = OnnxImporter.Import(Sketch(odd: true), "odd");
        Assert.Empty(plain.Rewrites);
        Assert.NotEmpty(odd.Rewrites);
        TestNetworks.AssertEqual(
            plain with { Layers = [.. plain.Layers.Select((layer, i) => layer with { Name = $"{i}" })] },
            odd with { Layers = [.. odd.Layers.Select((layer, i) => layer with { Name = $"{i}" })] });

        byte[] Sketch(bool odd)
        {
            var model = new ModelSketch(11, 1, 1, 8, 8);
            string[] inputs = [model.Floats(weights, 2, 1, 3, 3), model.Floats(bias, 2)];
            if (odd)
            {
                model.Then("Pad", [model.Integers(0, 0, 1, 1, 0, 0, 1, 1)]);
                model.Then("Conv", inputs);
                Blocks.Pool(model, "MaxPool", 2, 2);
            }
            else model.Then("Conv", inputs, ModelSketch.List("pads", 1, 1, 1, 1));
            Blocks.Relu(model);
            Blocks.Clip(model);
            if (!odd) Blocks.Pool(model, "MaxPool", 2, 2);
            return model.Finish();
        }
    }

    [Fact]
    public void DequantizedCopyOfARewrittenModel_IsTheNetworkOfLayers()
    {
        var model = new ModelSketch(13, 1, 3, 8, 8);
        Blocks.Conv(model, _random, 3, 5, [3, 3], [1, 1, 1, 1]);
        Blocks.Normalise(model, _random, 5);
        Blocks.Clip(model);
        byte[] bytes = model.Finish();
        NetworkGraph network = OnnxImporter.Import(bytes, "m");
        NetworkGraph halved = network with { Layers = [.. network.Layers.Select(layer => layer with { Weights = [.. layer.Weights.Select(w => w / 2)], Bias = [.. layer.Bias.Select(b => b / 2)] })] };
        byte[] copy = DequantizedModelWriter.Replace(bytes, "m", halved);
        TestNetworks.AssertEqual(halved, OnnxImporter.Import(copy, "copy"));
    }
}
