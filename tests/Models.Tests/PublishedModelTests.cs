// SPDX-License-Identifier: MIT
using Ai8x.Layers;
using Ai8x.Networks;
using Ai8x.Optim;
using Ai8x.Tensors;

namespace Ai8x.Models.Tests;

public class PublishedModelTests
{
    [Theory]
    [InlineData("mnist_model", new[] { 540, 32_400, 30_240, 6_048, 0, 1_930 }, 71_158)]
    [InlineData("fashionmnist_model", new[] { 600, 32_460, 30_296, 6_060, 0, 1_930 }, 71_346)]
    public void Model_HasThePublishedShapesAndParameters(string name, int[] parameters, int total)
    {
        Sequential model = ModelCatalog.Find(name).Create();

        Assert.Equal(name, model.Name);
        Assert.Equal(new SampleShape(28, 28, 1), model.InputShape);
        Assert.Equal([new(28, 28, 60), new(16, 16, 60), new(8, 8, 56), new(4, 4, 12), new(1, 1, 192), new(1, 1, 10)], model.Nodes.Select(node => node.Output));
        Assert.Equal(parameters, model.Summary().Rows.Select(row => row.ParameterCount));
        Assert.Equal(total, model.Summary().TotalParameters);
    }

    [Theory]
    [InlineData("mnist_model", false)]
    [InlineData("fashionmnist_model", true)]
    public void Model_AsGraph_HasFiveHardwareLayers(string name, bool bias)
    {
        NetworkGraph graph = ModelCatalog.Find(name).Create().Build(1).ToGraph();

        Assert.Equal(["conv2d", "conv2d_1", "conv2d_2", "conv2d_3", "dense"], graph.Layers.Select(layer => layer.Name));
        Assert.Equal([1, 2, 1, 1, 0], graph.Layers.Select(layer => layer.Padding));
        Assert.Equal([null, PoolingKind.Max, PoolingKind.Max, PoolingKind.Average, null], graph.Layers.Select(layer => layer.Pooling?.Kind));
        Assert.Equal([true, true, true, true, false], graph.Layers.Select(layer => layer.Activation == ActivationKind.Relu));
        Assert.Equal([bias, bias, bias, bias, true], graph.Layers.Select(layer => !layer.Bias.IsEmpty));
        Assert.True(graph.Layers[4].Wide);
        Assert.True(graph.Layers[4].Flatten);
        Assert.Equal(new FeatureShape(4, 4, 12), graph.Layers[4].Input);
    }

    [Theory]
    [InlineData("mnist_model", "mnist", 1)]
    [InlineData("fashionmnist_model", "fashionmnist", 1234)]
    public void Training_HasThePublishedSettings(string name, string dataSet, int sample)
    {
        ModelDefinition definition = ModelCatalog.Find(name);

        Assert.Equal((dataSet, sample), (definition.DataSet, definition.SampleIndex));
        Assert.Equal(
            new TrainingOptions { Epochs = 100, BatchSize = 256, Optimizer = OptimizerKind.Adam, LearningRate = 0.001, Schedule = new ReduceLearningRateOnPlateau() },
            definition.Training);
        definition.Training.Validate();
    }

    [Fact]
    public void Find_OfAnUnknownName_ListsTheKnownOnes()
    {
        UnknownModelException error = Assert.Throws<UnknownModelException>(() => ModelCatalog.Find("mnist"));

        Assert.Contains("\"mnist\"", error.Message, StringComparison.Ordinal);
        Assert.Equal(["fashionmnist_model", "mnist_model"], error.Known.AsEnumerable());
        Assert.All(error.Known, name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
    }
}
