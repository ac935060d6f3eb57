// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;
using Ai8x.Tensors;

namespace Ai8x.Onnx.Tests;

/// <summary>The published exports of the Keras-style flow, read, quantized by hand and compared with the reference arrays.</summary>
public sealed class PublishedModelTests
{
    public static TheoryData<string> Models() => ["mnist", "fashionmnist", "cifar10", "cifar100", "rock", "kws20"];

    [Theory]
    [MemberData(nameof(Models))]
    public void Import_ThenQuantized_EqualsTheReferenceWeights(string model)
    {
        string folder = SharedFolder.Golden("tf-models", "tf-" + model);
        NetworkGraph network = OnnxImporter.Import(Path.Combine(folder, "model.onnx"));
        Assert.Equal(model, network.Name);
        Assert.Null(network.InputScale);
        for (int i = 0; i < network.Layers.Length; i++)
        {
            GraphLayer layer = network.Layers[i];
            Assert.Equal(Reference(folder, $"weights_layer{i}.npy"), Quantize(layer.Weights));
            string bias = $"bias_layer{i}.npy";
            Assert.Equal(File.Exists(Path.Combine(folder, "expected", bias)) ? Reference(folder, bias) : [], Quantize(layer.Bias));
        }

        Assert.False(File.Exists(Path.Combine(folder, "expected", $"weights_layer{network.Layers.Length}.npy")));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Import_EvaluatedByPlainLoops_GivesTheLogitsOfOnnxRuntime(string model)
    {
        string folder = SharedFolder.Golden("tf-models", "tf-" + model);
        byte[] bytes = File.ReadAllBytes(Path.Combine(folder, "model.onnx"));
        NetworkGraph network = OnnxImporter.Import(bytes, model);
        Assert.SkipWhen(network.ParameterCount > 200_000, "Plain loops would take too long for this model.");
        double[] sample = [.. NpyReader.Read(Path.Combine(folder, "sample.npy")).ToInt64Array().Select(v => v / 128.0)];
        float[] expected = OrtSession.Run(bytes, model == "kws20" ? Turned(sample, 128) : sample, out _);
        double[] actual = PlainEvaluator.Run(network, sample);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-3);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void DequantizedCopy_IsByteIdenticalToTheReference(string model)
    {
        string folder = SharedFolder.Golden("tf-models", "tf-" + model);
        byte[] bytes = File.ReadAllBytes(Path.Combine(folder, "model.onnx"));
        NetworkGraph network = OnnxImporter.Import(bytes, model);
        NetworkGraph rounded = network with { Layers = [.. network.Layers.Select(l => l with { Weights = Dequantize(l.Weights), Bias = Dequantize(l.Bias) })] };
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder, "model_dequantized.onnx")), DequantizedModelWriter.Replace(bytes, model, rounded));
    }

    [Fact]
    public void Import_OfMnist_GivesTheFusedLayers()
    {
        NetworkGraph network = OnnxImporter.Import(SharedFolder.Golden("tf-models", "tf-mnist", "model.onnx"));
        Assert.Equal(new FeatureShape(28, 28, 1), network.Input);
        Assert.Equal(["conv2d", "conv2d_1", "conv2d_2", "conv2d_3", "dense"], network.Layers.Select(l => l.Name));
        Assert.Equal(["60x28x28", "60x16x16", "56x8x8", "12x4x4", "10x1x1"], network.Layers.Select(l => l.Output.ToString()));
        Assert.Equal([1, 2, 1, 1, 0], network.Layers.Select(l => l.Padding));
        Assert.Equal([null, PoolingKind.Max, PoolingKind.Max, PoolingKind.Average, null], network.Layers.Select(l => l.Pooling?.Kind));
        Assert.All(network.Layers.Take(4), l => Assert.Equal((ActivationKind.Relu, false, 0), (l.Activation, l.Wide, l.OutputShift)));
        GraphLayer dense = network.Layers[^1];
        Assert.Equal((true, true, ActivationKind.None, 10), (dense.Flatten, dense.Wide, dense.Activation, dense.Bias.Length));
    }

    [Fact]
    public void Import_OfTheSpeechModel_GivesOneDimensionalLayersThatBecomePictures()
    {
        NetworkGraph network = OnnxImporter.Import(SharedFolder.Golden("tf-models", "tf-kws20", "model.onnx"));
        Assert.Equal(new FeatureShape(128, 1, 128), network.Input);
        Assert.Equal([.. Enumerable.Repeat(LayerOperator.Conv1d, 4), .. Enumerable.Repeat(LayerOperator.Conv2d, 5), LayerOperator.Linear], network.Layers.Select(l => l.Operator));
        Assert.Equal(new FeatureShape(128, 1, 16), network.Layers[3].Output);
        Assert.Equal(new FeatureShape(8, 16, 16), network.Layers[4].Input);
    }

    [Fact]
    public void Import_OfTheSinglePurposeModels_ReadsAll()
    {
        foreach (string folder in Directory.EnumerateDirectories(SharedFolder.Golden("ops"), "tf-*").Order(StringComparer.Ordinal))
        {
            string file = Path.Combine(folder, "model.onnx");
            NetworkGraph network = OnnxImporter.Import(file);
            for (int i = 0; i < network.Layers.Length; i++)
            {
                if (network.Layers[i].Operator != LayerOperator.None) Assert.Equal(Reference(folder, $"weights_layer{i}.npy"), Quantize(network.Layers[i].Weights));
            }
        }
    }

    private static long[] Reference(string folder, string file) => NpyReader.Read(Path.Combine(folder, "expected", file)).ToInt64Array();

    private static long[] Quantize(ImmutableArray<float> values) => [.. values.Select(v => (long)Math.Round(Math.Clamp(v * 128.0, -128, 127), MidpointRounding.ToEven))];

    private static ImmutableArray<float> Dequantize(ImmutableArray<float> values) => [.. Quantize(values).Select(q => q / 128f)];

    private static double[] Turned(double[] values, int channels)
    {
        int pixels = values.Length / channels;
        double[] turned = new double[values.Length];
        for (int c = 0; c < channels; c++)
        {
            for (int p = 0; p < pixels; p++) turned[(p * channels) + c] = values[(c * pixels) + p];
        }

        return turned;
    }
}
