// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Tensors;

namespace Ai8x.Networks.Tests;

public sealed class GraphRunnerTests
{
    private static readonly FeatureShape Input = new(9, 8, 3);

    /// <summary>Every kind of layer once: plain convolution, maximum and average pooling in front, a lone pooling, shifts, bias, linear with flatten.</summary>
    private static NetworkGraph Mixed()
    {
        var layers = ImmutableArray.CreateBuilder<GraphLayer>();
        layers.Add(Conv(0, Input, null, 7, 3, 1, true, ActivationKind.Relu, 1, false));
        layers.Add(Conv(1, layers[0].Output, new(PoolingKind.Max, 2, 2, 2), 5, 3, 2, false, ActivationKind.Relu, -1, false));
        layers.Add(Conv(2, layers[1].Output, new(PoolingKind.Average, 2, 3, 1), 6, 1, 0, true, ActivationKind.None, 2, false));
        FeatureShape pooled = LayerShapes.Pooled(layers[2].Output, new(PoolingKind.Average, 2, 2, 2));
        layers.Add(new() { Name = "pool", Operator = LayerOperator.None, Inputs = [2], Input = layers[2].Output, Output = pooled, Pooling = new(PoolingKind.Average, 2, 2, 2) });
        layers.Add(new()
        {
            Name = "dense",
            Operator = LayerOperator.Linear,
            Inputs = [3],
            Input = pooled,
            Output = new(1, 1, 4),
            Flatten = true,
            Wide = true,
            OutputShift = 3,
            Weights = Values(50, pooled.Count * 4, pooled.Count),
            Bias = Values(51, 4, 3),
        });
        return new() { Name = "mixed", Input = Input, Layers = layers.ToImmutable() };
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(37)]
    public void Run_AgainstPlainLoops_StaysWithinFloatRounding(int count)
    {
        NetworkGraph graph = Mixed();
        AssertMatchesPlainLoops(graph, count, threads: 2, every: 1, 1e-4);
    }

    [Fact]
    public void Run_ReshapedOneDimensionalNetwork_MatchesPlainLoops()
    {
        FeatureShape input = new(12, 1, 4);
        var graph = new NetworkGraph
        {
            Name = "folded",
            Input = input,
            Layers =
            [
                new() { Name = "a", Operator = LayerOperator.Conv1d, Inputs = [-1], Input = input, Output = new(12, 1, 6), KernelRows = 5, Padding = 2, Weights = Values(1, 6 * 4 * 5, 20) },
                // The 12x1 map of six channels is read as 3x4 with six, then as 2x4 with nine: rows, columns and channels in row-major order.
                Conv(1, new(3, 4, 6), null, 6, 3, 1, false, ActivationKind.Relu, 0, false),
                Conv(2, new(2, 4, 9), null, 2, 1, 0, false, ActivationKind.None, 0, true),
            ],
        };
        sbyte[] samples = Samples(3, input.Count);
        float[] logits = Run(graph, samples, 3, 1, null);
        for (int i = 0; i < 3; i++)
        {
            double[] expected = PlainGraph.Run(graph, samples.AsSpan(i * input.Count, input.Count), 128);
            Assert.Equal(2 * 4 * 2, expected.Length);
            for (int c = 0; c < expected.Length; c++) Assert.Equal(expected[c], logits[i * expected.Length + c], 1e-5);
        }
    }

    [Theory]
    [InlineData("mixed")]
    [InlineData("branched")]
    [InlineData("filtered")]
    [InlineData("pointwise")]
    [InlineData("pointwise, read twice")]
    public void Run_EveryWidthAndThreadCount_GivesTheSameBits(string name)
    {
        NetworkGraph graph = Named(name);
        sbyte[] samples = Samples(37, graph.Input.Count);
        float[] expected = Run(graph, samples, 37, 1, VectorWidth.Scalar);
        foreach (VectorWidth width in Enum.GetValues<VectorWidth>())
            foreach (int threads in new[] { 1, 2, 5 }) Assert.Equal(expected, Run(graph, samples, 37, threads, width));
    }

    [Fact]
    public void Run_BranchesAndTransposedConvolutions_MatchPlainLoops()
    {
        NetworkGraph graph = Branched();
        AssertMatchesPlainLoops(graph, 20, threads: 2, every: 3, 1e-4);
    }

    [Fact]
    public void Run_DilatedConvolution_MatchesPlainLoops()
    {
        NetworkGraph graph = Dilated();
        AssertMatchesPlainLoops(graph, 2, threads: 1, every: 1, 1e-5);
    }

    [Fact]
    public void Run_MinimallyFilteredLayers_MatchPlainLoops() => AssertMatchesPlainLoops(Filtered(), 20, threads: 2, every: 3, 1e-4);

    /// <summary>First layers of one tap, which go through the graph four pixels at a time; the third one's map and the input may have another reader.</summary>
    [Theory]
    [InlineData(false, 4)]
    [InlineData(true, 3)]
    public void Run_FirstLayersOfOneTap_MatchPlainLoops(bool readTwice, int stacked)
    {
        NetworkGraph graph = Pointwise(readTwice);
        foreach (VectorWidth width in Enum.GetValues<VectorWidth>()) Assert.Equal(width == VectorWidth.Scalar ? 0 : stacked, FirstPointwiseLayers.Count(graph, width));
        AssertMatchesPlainLoops(graph, 20, threads: 2, every: 3, 1e-4);
    }

    /// <summary>Layers that are no first convolution of one tap, each for its own reason.</summary>
    [Fact]
    public void FirstPointwiseLayers_OtherLayers_EndTheStack()
    {
        NetworkGraph graph = Pointwise(readTwice: false);
        int Count(int index, Func<GraphLayer, GraphLayer> change) => FirstPointwiseLayers.Count(graph with { Layers = graph.Layers.SetItem(index, change(graph.Layers[index])) }, VectorWidth.Vector256);
        Assert.Equal(1, Count(1, layer => layer with { Activation = ActivationKind.Abs }));
        Assert.Equal(1, Count(1, layer => layer with { Pooling = new(PoolingKind.Max, 1, 1, 1) }));
        Assert.Equal(1, Count(1, layer => layer with { Elementwise = ElementwiseKind.Add }));
        Assert.Equal(1, Count(1, layer => layer with { Inputs = [-1] }));
        Assert.Equal(1, Count(1, layer => layer with { Inputs = [0, 0] }));
        Assert.Equal(1, Count(1, layer => layer with { Padding = 1 }));
        Assert.Equal(1, Count(1, layer => layer with { Dilation = 2 }));
        Assert.Equal(1, Count(1, layer => layer with { Operator = LayerOperator.None }));
        Assert.Equal(0, Count(0, layer => layer with { Input = new(layer.Input.Rows / 2, 1, layer.Input.Channels * 2) }));
        Assert.Equal(0, FirstPointwiseLayers.Count(graph with { Input = new(18, 1, 12) }, VectorWidth.Vector256));
    }

    private static NetworkGraph Named(string name) => name switch
    {
        "mixed" => Mixed(),
        "branched" => Branched(),
        "dilated" => Dilated(),
        "filtered" => Filtered(),
        "pointwise" => Pointwise(readTwice: false),
        _ => Pointwise(readTwice: true),
    };

    private static NetworkGraph Pointwise(bool readTwice)
    {
        FeatureShape input = new(18, 1, 32);
        var layers = ImmutableArray.CreateBuilder<GraphLayer>();
        int[] outputs = [40, 7, 17, 5];
        for (int i = 0; i < outputs.Length; i++)
        {
            FeatureShape source = i == 0 ? input : layers[i - 1].Output;
            layers.Add(Conv(i, source, null, outputs[i], 1, 0, i == 1, i == 2 ? ActivationKind.None : ActivationKind.Relu, i == 0 ? 1 : 0, false) with { Operator = LayerOperator.Conv1d });
        }

        layers.Add(Conv(4, layers[3].Output, null, 6, 3, 1, false, ActivationKind.Relu, 0, false) with { Operator = LayerOperator.Conv1d, KernelColumns = 1, Output = new(18, 1, 6), Weights = Values(77, 3 * 5 * 6, 15) });
        // The third map and the samples, joined by channel.
        if (readTwice) layers.Add(Conv(5, new(18, 1, 55), null, 3, 1, 0, true, ActivationKind.None, 0, true) with { Inputs = [2, 4, -1], Operator = LayerOperator.Conv1d });
        return new() { Name = "pointwise", Input = input, Layers = layers.ToImmutable() };
    }

    /// <summary>Convolutions that minimal filtering takes: every padding, behind poolings and without, each activation, outputs of more than one group, and of odd sides.</summary>
    private static NetworkGraph Filtered()
    {
        FeatureShape input = new(9, 8, 16);
        var layers = ImmutableArray.CreateBuilder<GraphLayer>();
        layers.Add(Conv(0, input, null, 70, 3, 1, true, ActivationKind.Relu, 1, false));
        layers.Add(Conv(1, layers[0].Output, new(PoolingKind.Max, 2, 2, 2), 17, 3, 1, true, ActivationKind.Abs, 0, false));
        layers.Add(Conv(2, layers[1].Output, null, 20, 3, 2, false, ActivationKind.None, -1, false));
        layers.Add(Conv(3, layers[2].Output, null, 16, 3, 0, true, ActivationKind.Relu, 2, false));
        layers.Add(Conv(4, layers[3].Output, new(PoolingKind.Average, 2, 2, 1), 19, 3, 2, true, ActivationKind.None, 0, false));
        layers.Add(Conv(5, layers[4].Output, null, 3, 1, 0, true, ActivationKind.None, 0, true));
        Assert.Equal(5, layers.Count(layer => GraphStep.IsMinimal(layer, LayerShapes.Pooled(layer.Input, layer.Pooling))));
        return new() { Name = "filtered", Input = input, Layers = layers.ToImmutable() };
    }

    private static NetworkGraph Dilated()
    {
        FeatureShape input = new(20, 1, 3);
        GraphLayer dilated = new() { Name = "d", Operator = LayerOperator.Conv1d, Inputs = [-1], Input = input, Output = new(18, 1, 4), KernelRows = 3, Dilation = 3, Padding = 2, Weights = Values(3, 36, 9), Bias = Values(4, 4, 2), Activation = ActivationKind.Abs };
        return new() { Name = "dilated", Input = input, Layers = [dilated] };
    }

    /// <summary>Two branches joined by channel, a transposed convolution of each padding, sums and differences with pooling first and last.</summary>
    private static NetworkGraph Branched()
    {
        FeatureShape input = new(5, 6, 3), pair = new(5, 6, 8), tall = new(10, 12, 4);
        var layers = ImmutableArray.CreateBuilder<GraphLayer>();
        layers.Add(Conv(0, input, null, 4, 3, 1, true, ActivationKind.Relu, 0, false));
        layers.Add(Conv(1, input, null, 4, 1, 0, true, ActivationKind.Abs, 1, false) with { Inputs = [-1] });
        layers.Add(Transposed(2, pair, 1, tall) with { Inputs = [0, 1] });
        layers.Add(Transposed(3, layers[0].Output, 1, tall) with { Inputs = [0] });
        FeatureShape half = new(5, 6, 4);
        layers.Add(new() { Name = "add", Operator = LayerOperator.None, Inputs = [2, 3, 2], Input = tall, Output = half, Elementwise = ElementwiseKind.Add, Pooling = new(PoolingKind.Average, 2, 2, 2) });
        layers.Add(Conv(5, half, null, 6, 3, 1, false, ActivationKind.None, 0, false) with { Inputs = [4, 1], Elementwise = ElementwiseKind.Sub });
        layers.Add(Conv(6, half, new(PoolingKind.Max, 2, 2, 1), 6, 3, 1, false, ActivationKind.None, 0, false) with { Inputs = [0, 4], Elementwise = ElementwiseKind.Sub, PoolFirst = false });
        layers.Add(Transposed(7, layers[6].Output, 0, new(10, 12, 2)));
        layers.Add(Transposed(8, layers[7].Output, 2, new(18, 22, 2)));
        return new() { Name = "branched", Input = input, Layers = layers.ToImmutable() };
    }

    private static GraphLayer Transposed(int index, FeatureShape input, int padding, FeatureShape output) => new()
    {
        Name = $"up{index}",
        Operator = LayerOperator.ConvTranspose2d,
        Inputs = [index - 1],
        Input = input,
        Output = output,
        KernelRows = 3,
        KernelColumns = 3,
        Padding = padding,
        Weights = Values(index + 70, 9 * input.Channels * output.Channels, 9 * input.Channels),
        Bias = Values(index + 90, output.Channels, 5),
    };

    [Theory]
    [InlineData("mixed")]
    [InlineData("branched")]
    [InlineData("dilated")]
    [InlineData("filtered")]
    [InlineData("pointwise")]
    [InlineData("pointwise, read twice")]
    public void Run_Neighbours_DoNotChangeASample(string name)
    {
        NetworkGraph graph = Named(name);
        int size = graph.Input.Count, outputs = graph.Layers[^1].Output.Count;
        sbyte[] samples = Samples(256, size);
        float[] all = Run(graph, samples, 256, 2, null);
        foreach (VectorWidth width in Enum.GetValues<VectorWidth>())
            foreach ((int first, int count) in new[] { (0, 1), (255, 1), (30, 7), (100, 13) })
                Assert.Equal(all[(first * outputs)..((first + count) * outputs)], Run(graph, samples[(first * size)..((first + count) * size)], count, 2, width));
    }

    [Fact]
    public void Constructor_MalformedLayers_AreRefusedWithTheirName()
    {
        NetworkGraph good = Mixed();
        Refuse(good, 0, layer => layer with { Weights = layer.Weights.RemoveAt(0) }, "one weight for each");
        Refuse(good with { Input = new(0, 8, 3) }, 0, layer => layer, "network input");
        Refuse(good with { Input = new(1 << 20, 1 << 20, 3) }, 0, layer => layer, "network input");
        Refuse(good, 0, layer => layer with { Bias = [1, 2] }, "one bias");
        Refuse(good, 1, layer => layer with { Output = new(1, 2, 5) }, "shape that the operator makes");
        Refuse(good, 1, layer => layer with { Inputs = [1] }, "earlier one");
        Refuse(good, 1, layer => layer with { Inputs = [0, 0] }, "joined maps");
        Refuse(good, 1, layer => layer with { Inputs = [] }, "1 to 16 inputs");
        Refuse(good, 1, layer => layer with { Elementwise = ElementwiseKind.Add }, "2 to 16 inputs");
        Refuse(good, 1, layer => layer with { Elementwise = (ElementwiseKind)9, Inputs = [0, 0] }, "one of the chip's");
        Refuse(good, 1, layer => layer with { Elementwise = ElementwiseKind.Add, Inputs = [0, -1] }, "all operands");
        Refuse(good, 1, layer => layer with { PoolFirst = false }, "pools last");
        Refuse(good, 1, layer => layer with { Dilation = 2 }, "is dilated");
        Refuse(good, 1, layer => layer with { Pooling = new(PoolingKind.Max, 17, 1, 1) }, "1..16");
        Refuse(good, 1, layer => layer with { Pooling = new(PoolingKind.Max, 10, 1, 1) }, "fits its input");
        Refuse(good, 2, layer => layer with { Operator = LayerOperator.ConvTranspose2d }, "transposed kernel");
        Refuse(good, 2, layer => layer with { Padding = 3 }, "0..2");
        Refuse(good, 2, layer => layer with { KernelRows = 2 }, "1x1 or 3x3");
        Refuse(good, 2, layer => layer with { Input = new(int.MaxValue, int.MaxValue, int.MaxValue) }, "values");
        Refuse(good, 3, layer => layer with { Activation = ActivationKind.Relu }, "only joins and pools");
        Refuse(good, 4, layer => layer with { Flatten = false }, "flattens or reads one pixel");
        Refuse(good, 4, layer => layer with { OutputShift = 31 }, "output shift");
        Refuse(good, 4, layer => layer with { Wide = true, Activation = ActivationKind.Relu }, "a wide layer has no activation");
    }

    [Fact]
    public void Run_WrongLengths_AreRefused()
    {
        using var context = new ComputeContext(1);
        using var runner = new GraphRunner(Mixed(), context, 4);
        var logits = new float[16];
        Assert.Throws<ArgumentException>(() => runner.Run(new sbyte[Input.Count], 2, 128, logits));
        Assert.Throws<ArgumentException>(() => runner.Run(new sbyte[5 * Input.Count], 5, 128, logits));
        Assert.Throws<ArgumentException>(() => runner.Run(new sbyte[4 * Input.Count], 4, 128, new float[15]));
        Assert.Throws<ArgumentException>(() => runner.Run(new sbyte[4 * Input.Count], 4, 0, logits));
    }

    private static void Refuse(NetworkGraph graph, int layer, Func<GraphLayer, GraphLayer> change, string says)
    {
        using var context = new ComputeContext(1);
        NetworkGraph broken = graph with { Layers = graph.Layers.SetItem(layer, change(graph.Layers[layer])) };
        var failure = Assert.Throws<GraphExecutionException>(() => new GraphRunner(broken, context, 1));
        Assert.Equal(layer, failure.Layer);
        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
        Assert.Contains($"\"{graph.Layers[layer].Name}\"", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Compares some of the images with plain loops in double arithmetic.</summary>
    private static void AssertMatchesPlainLoops(NetworkGraph graph, int count, int threads, int every, double tolerance)
    {
        int size = graph.Input.Count;
        sbyte[] samples = Samples(count, size);
        float[] logits = Run(graph, samples, count, threads, null);
        for (int i = 0; i < count; i += every)
        {
            double[] expected = PlainGraph.Run(graph, samples.AsSpan(i * size, size), 128);
            for (int c = 0; c < expected.Length; c++) Assert.Equal(expected[c], logits[i * expected.Length + c], tolerance);
        }
    }

    private static float[] Run(NetworkGraph graph, sbyte[] samples, int count, int threads, VectorWidth? width)
    {
        using var context = new ComputeContext(threads, width);
        using var runner = new GraphRunner(graph, context, count + 2);
        var logits = new float[count * runner.Outputs];
        // Twice: the second run meets used memory.
        runner.Run(samples, count, 128, logits);
        runner.Run(samples, count, 128, logits);
        return logits;
    }

    private static GraphLayer Conv(int index, FeatureShape input, Pooling? pooling, int outputs, int kernel, int padding, bool bias, ActivationKind activation, int shift, bool wide)
    {
        FeatureShape pooled = LayerShapes.Pooled(input, pooling);
        int fan = pooled.Channels * kernel * kernel;
        return new()
        {
            Name = $"conv{index}",
            Operator = LayerOperator.Conv2d,
            Inputs = [index - 1],
            Input = input,
            Output = new(pooled.Rows + 2 * padding - kernel + 1, pooled.Columns + 2 * padding - kernel + 1, outputs),
            Pooling = pooling,
            KernelRows = kernel,
            KernelColumns = kernel,
            Padding = padding,
            Activation = activation,
            OutputShift = shift,
            Wide = wide,
            Weights = Values(index * 2 + 10, outputs * fan, fan),
            Bias = bias ? Values(index * 2 + 11, outputs, 6) : [],
        };
    }

    private static ImmutableArray<float> Values(int seed, int count, int fan)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2 - 1) * 1.7f / MathF.Sqrt(fan))];
    }

    private static sbyte[] Samples(int count, int length)
    {
        var random = new Random(8);
        return [.. Enumerable.Range(0, count * length).Select(_ => (sbyte)random.Next(-128, 128))];
    }
}
