// SPDX-License-Identifier: MIT
using Ai8x.CodeGen;
using Ai8x.Layers;
using Ai8x.Models;
using Ai8x.Networks;
using Ai8x.Quant;
using Ai8x.Tensors;

namespace Ai8x.Onnx.Tests;

/// <summary>Models as users write them, exported: ONNX Runtime computes what the engine computes, and reading back gives the same network.</summary>
public sealed class ModelExportTests
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Published() => ["mnist", "fashionmnist", "cifar10", "cifar100", "kws20", "rock"];

    private static Sequential Line => new Sequential(
        "line",
        new SampleShape(40, 1, 6),
        new FusedConv1DReLU(8, 5, paddingSize: 2),
        new FusedMaxPoolConv1D(7, 3, paddingSize: 1, outputShift: 1),
        new FusedAvgPoolConv1DReLU(6, 9, paddingSize: 2),
        new MaxPool1D(),
        new AvgPool1D(2, 1),
        new Flatten(),
        new FusedDense(5, wide: true));

    private static Sequential Transposed(int padding) => new Sequential(
        "transposed",
        new SampleShape(6, 5, 3),
        new FusedConv2DReLU(4, 3, paddingSize: 1),
        new FusedMaxPoolConv2DTransposeReLU(5, paddingSize: 1),
        new FusedConv2DTranspose(4, paddingSize: padding, useBias: false),
        new Flatten(),
        new FusedDense(3, wide: true));

    private static Functional Branches
    {
        get
        {
            SymbolicTensor input = SymbolicTensor.Input(new SampleShape(8, 8, 3));
            SymbolicTensor a = new FusedConv2DReLU(4, 3, paddingSize: 1).Apply(input), b = new FusedConv2D(4, 1).Apply(input);
            SymbolicTensor difference = new Sub().Apply(a, b);
            SymbolicTensor joined = new FusedConv2D(6, 3, paddingSize: 1).Apply(new Concatenate().Apply(difference, a));
            SymbolicTensor sum = new Add().Apply(joined, new ReLU().Apply(new FusedConv2D(6, 1).Apply(a)), joined);
            SymbolicTensor permuted = new Permute((3, 1, 2)).Apply(new MaxPool2D(4, 4).Apply(sum));
            return new Functional("branches", input, new FusedDense(4, wide: true).Apply(new Flatten().Apply(permuted)));
        }
    }

    [Theory]
    [MemberData(nameof(Published))]
    public void PublishedModel_Exported_RunsAndReadsBackTheSame_AndQuantizesWithItsDescription(string name)
    {
        NetworkGraph graph = Weighted(ModelCatalog.Find(name + "_model").Create());

        CheckExport(graph);

        NetworkDescription description = NetworkYaml.ReadFile(Path.Combine(Repository(), "networks", name + ".yaml"));
        QuantizedNetwork network = Quantizer.Quantize(graph, description, QuantizationOptions.Default);
        Assert.Equal(graph.Layers.Length, network.Layers.Length);
    }

    [Fact]
    public void ResidualModel_Exported_RunsAndReadsBackTheSame() => CheckExport(Weighted(new ResidualModel().Trace("residual", new SampleShape(16, 16, 3))));

    [Fact]
    public void OneDimensionalModel_Exported_RunsAndReadsBackTheSame() => CheckExport(Weighted(Line));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void TransposedModel_Exported_RunsAndReadsBackTheSame(int padding) => CheckExport(Weighted(Transposed(padding)));

    [Fact]
    public void BranchedModel_Exported_RunsAndReadsBackTheSame() => CheckExport(Weighted(Branches));

    private static void CheckExport(NetworkGraph graph)
    {
        byte[] file = OnnxExporter.Export(graph);
        TestNetworks.AssertEqual(graph, OnnxImporter.Import(file, graph.Name));

        FeatureShape input = graph.Input;
        var random = new Random(9);
        sbyte[] sample = [.. Enumerable.Range(0, input.Count).Select(_ => (sbyte)random.Next(-128, 128))];
        using var context = new ComputeContext(1);
        using var runner = new GraphRunner(graph, context, 1);
        float[] expected = new float[runner.Outputs];
        runner.Run(sample, 1, 128, expected);

        float[] actual = OrtSession.Run(file, Arranged(graph, sample), out _);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], Tolerance * Math.Max(1, Math.Abs(expected[i])));
    }

    // A line is [L, C] as the samples are; a map is channel first.
    private static double[] Arranged(NetworkGraph graph, sbyte[] sample)
    {
        FeatureShape input = graph.Input;
        if (graph.Layers[0].Operator == LayerOperator.Conv1d) return [.. sample.Select(value => value / 128.0)];
        var values = new double[sample.Length];
        for (int i = 0; i < values.Length; i++) values[i % input.Channels * input.Pixels + i / input.Channels] = sample[i] / 128.0;
        return values;
    }

    /// <summary>Weights of a fresh model, biases that are not zero.</summary>
    private static NetworkGraph Weighted(ModelArchitecture architecture)
    {
        Model model = architecture.Build(3);
        var random = new Random(4);
        foreach (Autograd.Parameter parameter in model.Parameters.Where(parameter => parameter.Shape.Length == 1))
        {
            foreach (ref float value in parameter.Value) value = random.NextSingle() / 4 - 0.125f;
        }

        return model.ToGraph();
    }

    private static string Repository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Ai8x.Managed.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("The tests must run from inside the repository.");
    }
}
