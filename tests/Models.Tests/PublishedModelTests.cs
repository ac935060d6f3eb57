// SPDX-License-Identifier: MIT
using Ai8x.Layers;
using Ai8x.Networks;
using Ai8x.Optim;
using Ai8x.Tensors;

namespace Ai8x.Models.Tests;

/// <summary>The published tables (training-flow.md section 3), written down line by line: class, shape and parameters of every layer, and the total.</summary>
public class PublishedModelTests
{
    private static string Images28(int first, int second, int third, int fourth) => $"""
        FusedConv2DReLU 28x28x60 {first}
        FusedMaxPoolConv2DReLU 16x16x60 {second}
        FusedMaxPoolConv2DReLU 8x8x56 {third}
        FusedAvgPoolConv2DReLU 4x4x12 {fourth}
        Flatten 1x1x192 0
        FusedDense 1x1x10 1930
        """;

    private const string Cifar10 = """
        FusedConv2DReLU 32x32x60 1620
        FusedMaxPoolConv2DReLU 16x16x60 32400
        FusedMaxPoolConv2DReLU 8x8x56 30240
        FusedAvgPoolConv2DReLU 4x4x12 6048
        Flatten 1x1x192 0
        FusedDense 1x1x10 1920
        """;

    private const string Cifar100 = """
        FusedConv2DReLU 32x32x16 432
        FusedConv2DReLU 32x32x20 2880
        FusedConv2DReLU 32x32x20 3600
        FusedConv2DReLU 32x32x20 3600
        FusedMaxPoolConv2DReLU 16x16x20 3600
        FusedConv2DReLU 16x16x20 3600
        FusedConv2DReLU 16x16x44 7920
        FusedMaxPoolConv2DReLU 8x8x48 19008
        FusedConv2DReLU 8x8x48 20736
        FusedMaxPoolConv2DReLU 4x4x96 41472
        FusedMaxPoolConv2DReLU 2x2x512 49152
        FusedConv2DReLU 2x2x128 65536
        FusedMaxPoolConv2DReLU 1x1x128 147456
        FusedConv2D 1x1x100 12800
        Flatten 1x1x100 0
        """;

    private const string Kws20 = """
        FusedConv1DReLU 128x1x100 12800
        FusedConv1DReLU 128x1x100 10000
        FusedConv1DReLU 128x1x50 5000
        FusedConv1DReLU 128x1x16 800
        Reshape 8x16x16 0
        FusedConv2DReLU 8x16x32 4608
        FusedConv2DReLU 8x16x64 18432
        FusedConv2DReLU 8x16x64 36864
        FusedConv2DReLU 8x16x30 17280
        FusedConv2DReLU 8x16x7 1890
        Flatten 1x1x896 0
        FusedDense 1x1x21 18816
        """;

    private static string Rock(int first, int second, int third, int fourth, int fifth, int dense) => $"""
        FusedConv2DReLU 64x64x15 {first}
        FusedMaxPoolConv2DReLU 32x32x30 {second}
        Dropout 32x32x30 0
        FusedMaxPoolConv2DReLU 16x16x60 {third}
        FusedMaxPoolConv2DReLU 8x8x30 {fourth}
        FusedMaxPoolConv2DReLU 4x4x30 {fifth}
        FusedConv2DReLU 4x4x30 {fifth}
        Flatten 1x1x480 0
        Dropout 1x1x480 0
        FusedDense 1x1x3 {dense}
        """;

    public static TheoryData<ModelArchitecture, SampleShape, string, int> Tables => new()
    {
        { Of("mnist_model"), new(28, 28, 1), Images28(540, 32400, 30240, 6048), 71_158 },
        { Of("fashionmnist_model"), new(28, 28, 1), Images28(600, 32460, 30296, 6060), 71_346 },
        { Of("cifar10_model"), new(32, 32, 3), Cifar10, 72_228 },
        { Of("cifar100_model"), new(32, 32, 3), Cifar100, 381_792 },
        { Of("kws20_model"), new(128, 1, 128), Kws20, 126_490 },
        { Of("rock_model"), new(64, 64, 3), Rock(420, 4080, 16260, 16230, 8130, 1443), 54_693 },
        { RockModel.Create(useBias: false), new(64, 64, 3), Rock(405, 4050, 16200, 16200, 8100, 1440), 54_495 },
    };

    private static ModelArchitecture Of(string name)
    {
        ModelArchitecture model = ModelCatalog.Find(name).Create();
        Assert.Equal(name, model.Name);
        return model;
    }

    [Theory]
    [MemberData(nameof(Tables), DisableDiscoveryEnumeration = true)]
    public void Summary_OfAPublishedModel_IsThePublishedTable(ModelArchitecture model, SampleShape input, string table, int total)
    {
        Assert.Equal(input, model.InputShape);
        Assert.Equal(
            table.Split('\n', StringSplitOptions.TrimEntries),
            model.Summary().Rows.Select(row => string.Create(null, $"{row.Kind} {row.OutputShape.Height}x{row.OutputShape.Width}x{row.OutputShape.Channels} {row.ParameterCount}")));
        Assert.Equal(total, model.Summary().TotalParameters);
        Assert.Equal(model.Summary().Rows, model.Build(0).Summary().Rows);
    }

    [Theory]
    [InlineData("mnist_model", false)]
    [InlineData("fashionmnist_model", true)]
    public void ImageModel_AsGraph_HasFiveHardwareLayers(string name, bool bias)
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

    [Fact]
    public void Kws20_AsGraph_ReadsThePositionsAsRowsOfSixteen()
    {
        NetworkGraph graph = ModelCatalog.Find("kws20_model").Create().Build(1).ToGraph();

        Assert.Equal(["conv1d", "conv1d_1", "conv1d_2", "conv1d_3", "conv2d", "conv2d_1", "conv2d_2", "conv2d_3", "conv2d_4", "dense"], graph.Layers.Select(layer => layer.Name));
        Assert.Equal(4, graph.Layers.Count(layer => layer.Operator == LayerOperator.Conv1d));
        Assert.Equal(new FeatureShape(128, 1, 16), graph.Layers[3].Output);
        Assert.Equal(new FeatureShape(8, 16, 16), graph.Layers[4].Input);
        Assert.All(graph.Layers, layer => Assert.Empty(layer.Bias));
        Assert.True(graph.Layers[^1].Wide);
    }

    [Fact]
    public void Regularizers_StandWhereTheyWerePublished()
    {
        string[] Settings(string name) => [.. ModelCatalog.Find(name).Create().Nodes.Where(node => node.ParameterCount > 0).Select(node => node.Layer.Settings)];

        Assert.All(Settings("kws20_model"), settings => Assert.EndsWith(" kernel_l2=0.0001 activity_l2=0.0001", settings, StringComparison.Ordinal));
        Assert.All(Settings("cifar100_model"), settings => Assert.EndsWith("initializer=glorot_uniform activity_l2=5E-07", settings, StringComparison.Ordinal));
        foreach (string name in new[] { "mnist_model", "fashionmnist_model", "cifar10_model", "rock_model" })
        {
            Assert.All(Settings(name), settings => Assert.EndsWith("initializer=glorot_uniform", settings, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("mnist_model", "mnist", 1, 256, 0.001, false, false)]
    [InlineData("fashionmnist_model", "fashionmnist", 1234, 256, 0.001, false, false)]
    [InlineData("cifar10_model", "cifar10", 1431, 64, 0.0003, true, false)]
    [InlineData("cifar100_model", "cifar100", 1193, 32, 0.0003, true, false)]
    [InlineData("kws20_model", "kws20", 7528, 128, 0.0003, true, true)]
    [InlineData("rock_model", "rock", 101, 32, 0.001, true, false)]
    public void Training_HasThePublishedSettings(string name, string dataSet, int sample, int batch, double rate, bool channelFirst, bool swap)
    {
        ModelDefinition definition = ModelCatalog.Find(name);

        Assert.Equal((dataSet, sample), (definition.DataSet, definition.SampleIndex));
        Assert.Equal((true, channelFirst, swap), (definition.SaveSamplePerClass, definition.ChannelFirst, definition.SwapHeightWidth));
        LearningRateSchedule schedule = definition.Training.Schedule;
        if (name != "cifar10_model") Assert.Equal(new ReduceLearningRateOnPlateau(), schedule);
        Assert.Equal(new TrainingOptions { Epochs = 100, BatchSize = batch, Optimizer = OptimizerKind.Adam, LearningRate = rate, Schedule = schedule }, definition.Training);
        definition.Training.Validate();
    }

    [Theory]
    [InlineData(0, 0.0003)]
    [InlineData(40, 0.0003)]
    [InlineData(41, 0.0001)]
    [InlineData(80, 0.0001)]
    [InlineData(81, 0.00005)]
    [InlineData(120, 0.00005)]
    [InlineData(121, 0.00003)]
    public void Cifar10_LearningRate_FollowsTheEpoch(int epoch, double rate)
    {
        LearningRateSchedule schedule = ModelCatalog.Find("cifar10_model").Training.Schedule;
        ScheduleState state = schedule.Start(0.5);
        for (int i = 0; i < epoch; i++) state = schedule.AfterEpoch(state, i, 0.1);
        Assert.Equal(rate, state.LearningRate);
    }

    [Fact]
    public void SpeechDigits_HaveTheBodyOfTwentyWords_AndTenClasses()
    {
        IReadOnlyList<SummaryRow> words = ModelCatalog.Find("kws20_model").Create().Build(1).Summary().Rows;
        IReadOnlyList<SummaryRow> digits = ModelCatalog.Find("speech_digits_model").Create().Build(1).Summary().Rows;

        Assert.Equal(words.SkipLast(1), digits.SkipLast(1));
        Assert.Equal(896 * 10, digits[^1].ParameterCount);
    }

    [Fact]
    public void Find_OfAnUnknownName_ListsTheKnownOnes()
    {
        UnknownModelException error = Assert.Throws<UnknownModelException>(() => ModelCatalog.Find("mnist"));

        Assert.Contains("\"mnist\"", error.Message, StringComparison.Ordinal);
        Assert.Equal(["cifar100_model", "cifar10_model", "fashionmnist_model", "kws20_model", "mnist_model", "rock_model", "speech_digits_model"], error.Known.Order(StringComparer.Ordinal));
        Assert.All(error.Known, name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void ResidualModel_Traced_HasTwoSums()
    {
        Functional model = new ResidualModel().Trace("residual", new SampleShape(16, 16, 3));
        NetworkGraph graph = model.Build(1).ToGraph();

        Assert.Equal(
            ["conv2d", "conv2d_1", "conv2d_2", "add", "conv2d_3", "conv2d_4", "conv2d_5", "add_1", "avg_pool2d", "dense"],
            graph.Layers.Select(layer => layer.Name));
        Assert.Equal([0, 2], graph.Layers[3].Inputs);
        Assert.Equal([4, 6], graph.Layers[7].Inputs);
        Assert.Equal([ElementwiseKind.Add, ElementwiseKind.Add], graph.Layers.Where(layer => layer.Elementwise is not null).Select(layer => layer.Elementwise));
        Assert.Equal(new SampleShape(1, 1, 10), model.OutputShape);
    }
}
