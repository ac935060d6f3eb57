// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Layers.Tests;

public class SequentialTests
{
    private static Sequential Everything() => new(
        "everything",
        new SampleShape(12, 16, 3),
        new FusedConv2DReLU(8, 3, paddingSize: 1),
        new FusedMaxPoolConv2DReLU(6, 3, paddingSize: 2, useBias: false),
        new FusedAvgPoolConv2D(4, 1),
        new MaxPool2D((1, 2), 1),
        new AvgPool2D(3, null),
        new Reshape(1, 1, 4),
        new Dropout(0.5f),
        new Flatten(),
        new FusedDenseReLU(5),
        new FusedDense(2, useBias: false, wide: true));

    [Fact]
    public void Shapes_OfEveryLayerClass_FollowTheFormulas()
    {
        SampleShape[] expected =
        [
            new(12, 16, 8), new(8, 10, 6), new(4, 5, 4), new(4, 4, 4), new(1, 1, 4), new(1, 1, 4), new(1, 1, 4), new(1, 1, 4), new(1, 1, 5), new(1, 1, 2),
        ];

        Assert.Equal(expected, Everything().Nodes.Select(node => node.Output));
    }

    [Fact]
    public void Summary_OfEveryLayerClass_CountsParametersExactly()
    {
        ModelSummary summary = Everything().Summary();

        Assert.Equal([3 * 9 * 8 + 8, 8 * 9 * 6, 6 * 4 + 4, 0, 0, 0, 0, 0, 4 * 5 + 5, 5 * 2], summary.Rows.Select(row => row.ParameterCount));
        Assert.Equal(224 + 432 + 28 + 25 + 10, summary.TotalParameters);
        Assert.Equal(summary.TotalParameters, Everything().ParameterCount);
        Assert.Equal(summary.Rows, Everything().Build(1).Summary().Rows);
    }

    [Fact]
    public void Summary_AsText_IsATableWithTotal()
    {
        var model = new Sequential("tiny", new SampleShape(4, 4, 1), new FusedConv2DReLU(130, 3), new Flatten(), new FusedDense(2, name: "logits"));

        Assert.Equal(
            """
            Model: tiny
            ------------------------------------------------------
            Layer (class)             Output [H, W, C]  Parameters
            ------------------------------------------------------
            conv2d (FusedConv2DReLU)  [2, 2, 130]            1,300
            flatten (Flatten)         [1, 1, 520]                0
            logits (FusedDense)       [1, 1, 2]              1,042
            ------------------------------------------------------
            Total parameters: 2,342

            """,
            model.Summary().ToString());
    }

    [Fact]
    public void DefaultNames_CountPerOperationAndSkipGivenNames()
    {
        var model = new Sequential(
            "names",
            new SampleShape(8, 8, 1),
            new FusedConv2D(2, 1),
            new FusedMaxPoolConv2DReLU(2, 1),
            new FusedConv2DReLU(2, 1, name: "conv2d_2"),
            new Conv2D(2, 1),
            new MaxPool2D(),
            new Flatten(),
            new Dense(2),
            new FusedDense(2));

        Assert.Equal(["conv2d", "conv2d_1", "conv2d_2", "conv2d_3", "max_pool2d", "flatten", "dense", "dense_1"], model.Nodes.Select(node => node.Name));
    }

    [Fact]
    public void Names_UsedTwice_AreRefusedWithThePlace()
    {
        ModelDefinitionException error = Assert.Throws<ModelDefinitionException>(
            () => new Sequential("m", new SampleShape(1, 1, 1), new Dense(1, name: "a"), new Dense(1, name: "a")));

        Assert.Equal("layer 1 \"a\"", error.Where);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a\nb")]
    public void Names_WithOddCharacters_AreRefused(string name) => Assert.Throws<ModelDefinitionException>(() => new Dense(1, name: name));

    [Fact]
    public void Dense_OnAMap_AsksForFlatten()
    {
        ModelDefinitionException error = Assert.Throws<ModelDefinitionException>(() => new Sequential("m", new SampleShape(2, 2, 1), new Dense(1)));

        Assert.Contains("layer 0 \"dense\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("Flatten", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Reshape_OfOtherSizeOrChannels_IsRefused()
    {
        Assert.Throws<ModelDefinitionException>(() => new Sequential("m", new SampleShape(4, 4, 2), new Reshape(3, 5, 2), new MaxPool2D()));
        Assert.Throws<ModelDefinitionException>(() => new Sequential("m", new SampleShape(4, 4, 2), new Reshape(4, 8, 1), new MaxPool2D()));
        Assert.Throws<ModelDefinitionException>(() => new Reshape(0, 1, 1));
    }

    [Fact]
    public void Flatten_NotInFrontOfADenseLayer_IsRefusedBeforeTraining()
    {
        var map = new SampleShape(2, 2, 3);
        Assert.Throws<ModelDefinitionException>(() => new Sequential("m", map, new FusedConv2D(3, 1), new Flatten()));
        Assert.Throws<ModelDefinitionException>(() => new Sequential("m", map, new Flatten(), new FusedConv2D(3, 1)));
        Assert.Throws<ModelDefinitionException>(() => new Sequential("m", map, new Flatten(), new MaxPool2D(1)));
    }

    [Fact]
    public void Model_WithoutHardwareLayer_IsRefused()
    {
        Assert.Throws<ModelDefinitionException>(() => new Sequential("m", new SampleShape(1, 1, 3)));
        Assert.Throws<ModelDefinitionException>(() => new Sequential("m", new SampleShape(1, 1, 3), new Dropout(0.1f)));
    }

    [Theory]
    [InlineData(-0.1f)]
    [InlineData(1f)]
    [InlineData(float.NaN)]
    public void Dropout_RateOutOfRange_IsRefused(float rate) => Assert.Throws<ModelDefinitionException>(() => new Dropout(rate));
}
