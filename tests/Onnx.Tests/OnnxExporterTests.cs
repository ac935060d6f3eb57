// SPDX-License-Identifier: MIT
using Ai8x.Networks;
using Ai8x.Onnx.Schema;

namespace Ai8x.Onnx.Tests;

public sealed class OnnxExporterTests
{
    public static TheoryData<int> Seeds() => [.. Enumerable.Range(0, 120)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void ExportedModel_RunByOnnxRuntime_MatchesPlainLoops(int seed)
    {
        NetworkGraph network = RandomNetworks.Make(seed);
        double[] input = RandomNetworks.Input(network, seed);
        byte[] model = OnnxExporter.Export(network);
        bool line = ModelProto.Parser.ParseFrom(model).Graph.Input[0].Type.TensorType.Shape.Dim.Count == 3 && network.Input.Channels > 1;
        float[] actual = OrtSession.Run(model, line ? ToChannelsLast(input, network.Input) : input, out int[] shape);
        FeatureShape output = network.Layers[^1].Output;
        double[] expected = PlainEvaluator.Run(network, input);
        if (shape.Length > 2)
        {
            Assert.Equal(shape.Length == 4 ? [1, output.Rows, output.Columns, output.Channels] : [1, output.Rows, output.Channels], shape);
            expected = ToChannelsLast(expected, output);
        }

        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-4);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void ExportedModel_ReadBack_IsTheSameNetwork(int seed)
    {
        NetworkGraph network = RandomNetworks.Make(seed);
        TestNetworks.AssertEqual(network, OnnxImporter.Import(OnnxExporter.Export(network), "round trip"));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void ExportedModel_HasUniqueNamesAndOnlySmallVocabulary(int seed)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(OnnxExporter.Export(RandomNetworks.Make(seed)));
        string[] names = [.. model.Graph.Node.Select(n => n.Name)];
        string[] tensors = [.. model.Graph.Node.SelectMany(n => n.Output), .. model.Graph.Initializer.Select(t => t.Name), .. model.Graph.Input.Select(i => i.Name)];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Equal(tensors.Length, tensors.Distinct().Count());
        Assert.All(model.Graph.Initializer, t => Assert.True(t.HasRawData && t.FloatData.Count == 0));
        Assert.Equal((5L, 10L), (model.IrVersion, Assert.Single(model.OpsetImport).Version));
        Assert.Equal("Identity:0", model.Graph.Node[^1].Output[0]);
    }

    [Fact]
    public void Export_OfTheSameNetwork_GivesTheSameBytes() =>
        Assert.Equal(OnnxExporter.Export(RandomNetworks.Make(3)), OnnxExporter.Export(RandomNetworks.Make(3)));

    [Fact]
    public void Export_OfAnImageNetwork_HasTheNodesOfThePublishedOne()
    {
        ModelProto model = ModelProto.Parser.ParseFrom(OnnxExporter.Export(TestNetworks.Mnist()));
        Assert.Equal(
            "Shape Cast Slice Concat Cast Reshape Reshape Conv Relu Min Max MaxPool Conv Relu Min Max AveragePool Min Max Conv Relu Min Max Transpose Reshape MatMul Add Min Max",
            string.Join(' ', model.Graph.Node.Select(n => n.OpType)));
        Assert.Equal(["[batch, 28, 28]", "[batch, 10]"], model.Graph.Input.Concat(model.Graph.Output).Select(Axes));
        Assert.Equal("128", model.MetadataProps.Single(p => p.Key == "input_scale").Value);
        Assert.Equal("Ai8x.Managed", model.ProducerName);

        static string Axes(ValueInfoProto value) => "[" + string.Join(", ", value.Type.TensorType.Shape.Dim.Select(d => d.HasDimParam ? d.DimParam : $"{d.DimValue}")) + "]";
    }

    [Fact]
    public void Export_ToAFile_CanBeImported()
    {
        string folder = Directory.CreateTempSubdirectory("onnx").FullName;
        try
        {
            string path = Path.Combine(folder, "export", "saved_model.onnx");
            OnnxExporter.Export(path, TestNetworks.Mnist());
            TestNetworks.AssertEqual(TestNetworks.Mnist(), OnnxImporter.Import(path));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Export_OfWhatAModelCannotSay_IsRefused()
    {
        NetworkGraph good = TestNetworks.Mnist();
        Refused("one-dimensional", good, l => l with { Operator = LayerOperator.Conv1d }, "reads one column");
        Refused("transposed", good, l => l with { Operator = LayerOperator.ConvTranspose2d, KernelColumns = 1 }, "a 3x3 kernel");
        Refused("branch", good, l => l with { Inputs = [-1, -1] }, "its sources give 2x28x28");
        Refused("forward", good, l => l with { Inputs = [0] }, "reads earlier layers");
        Refused("no input", good, l => l with { Inputs = [] }, "reads earlier layers");
        Refused("bitwise", good, l => l with { Inputs = [-1, -1], Elementwise = ElementwiseKind.Xor }, "Xor works on bytes");
        Refused("one operand", good, l => l with { Elementwise = ElementwiseKind.Add }, "at least two");
        Refused("pool last", good, l => l with { PoolFirst = false }, "pools last");
        Refused("dilated", good, l => l with { Dilation = 2 }, "is dilated");
        Refused("shape", good, l => l with { Output = new FeatureShape(1, 2, 3) }, "output shape");
        Refused("weights", good, l => l with { Weights = l.Weights.Add(0) }, "its shape needs");
        Refused("bias", good, l => l with { Bias = [1, 2] }, "its shape needs");
        Refused("finite", good, l => l with { Weights = l.Weights.SetItem(0, float.NaN) }, "finite");
        Refused("name", good, l => l with { Name = good.Layers[1].Name }, "different");
        Refused("pool", good, l => l with { Pooling = new Pooling(PoolingKind.Max, 29, 29, 1) }, "does not fit");
        Assert.Contains("without layers", Assert.Throws<OnnxFormatException>(() => OnnxExporter.Export(good with { Layers = [] })).Message, StringComparison.Ordinal);
    }

    private static void Refused(string what, NetworkGraph good, Func<GraphLayer, GraphLayer> change, string expected)
    {
        NetworkGraph bad = good with { Layers = good.Layers.SetItem(0, change(good.Layers[0])) };
        OnnxFormatException error = Assert.Throws<OnnxFormatException>(() => OnnxExporter.Export(bad));
        Assert.True(error.Message.Contains(expected, StringComparison.Ordinal), $"{what}: {error.Message}");
    }

    private static double[] ToChannelsLast(double[] values, FeatureShape shape)
    {
        double[] turned = new double[values.Length];
        for (int c = 0; c < shape.Channels; c++)
        {
            for (int p = 0; p < shape.Pixels; p++) turned[(p * shape.Channels) + c] = values[(c * shape.Pixels) + p];
        }

        return turned;
    }
}
