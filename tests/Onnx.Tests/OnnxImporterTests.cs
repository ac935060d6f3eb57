// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;
using Ai8x.Onnx.Schema;
using Google.Protobuf;

namespace Ai8x.Onnx.Tests;

public sealed class OnnxImporterTests
{
    [Fact]
    public void DenseColumns_AfterATranspose_BecomeChannelMajor()
    {
        // Two channels of 2x3: the graph flattens pixel by pixel, so that file row (y * 3 + x) * 2 + c belongs to feature (c * 2 + y) * 3 + x.
        var shape = new FeatureShape(2, 3, 2);
        NetworkGraph network = Single(new GraphLayer
        {
            Name = "dense",
            Operator = LayerOperator.Linear,
            Inputs = [-1],
            Input = shape,
            Output = new FeatureShape(1, 1, 1),
            Flatten = true,
            Weights = [.. Enumerable.Range(0, 12).Select(v => (float)v)],
        });
        ModelProto model = ModelProto.Parser.ParseFrom(OnnxExporter.Export(network));
        byte[] raw = model.Graph.Initializer.Single(t => t.Name == "dense/MatMul/kernel:0").RawData.ToByteArray();
        float[] rows = [.. Enumerable.Range(0, 12).Select(i => BitConverter.ToSingle(raw, 4 * i))];
        Assert.Equal([0f, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11], rows);
        TestNetworks.AssertEqual(network, OnnxImporter.Import(model.ToByteArray(), "t"));
    }

    [Fact]
    public void Pooling_BehindItAConvolution_IsFused_UnlessTheDescriptionSaysOtherwise()
    {
        byte[] bytes = WithoutOperatorEntry(OnnxExporter.Export(TestNetworks.Mnist()));
        Assert.Equal(4, OnnxImporter.Import(bytes, "t").Layers.Length);
        var description = new NetworkDescription
        {
            Architecture = "a",
            Dataset = "d",
            Layers = [.. new[] { LayerOperator.Conv2d, LayerOperator.None, LayerOperator.Conv2d, LayerOperator.Conv2d, LayerOperator.Linear }.Select(o => new LayerDescription { Processors = default, Operator = o })],
        };
        NetworkGraph network = OnnxImporter.Import(bytes, "t", description);
        Assert.Equal([LayerOperator.Conv2d, LayerOperator.None, LayerOperator.Conv2d, LayerOperator.Conv2d, LayerOperator.Linear], network.Layers.Select(l => l.Operator));
        Assert.Equal(new Pooling(PoolingKind.Max, 2, 2, 2), network.Layers[1].Pooling);
        Assert.Null(network.Layers[2].Pooling);
        Assert.NotNull(network.Layers[3].Pooling);
    }

    [Fact]
    public void Pooling_InFrontOfADenseLayer_StandsForItself()
    {
        var pool = new GraphLayer { Name = "pool", Operator = LayerOperator.None, Inputs = [-1], Input = new FeatureShape(4, 4, 2), Output = new FeatureShape(2, 2, 2), Pooling = new Pooling(PoolingKind.Average, 2, 2, 2) };
        var dense = new GraphLayer { Name = "dense", Operator = LayerOperator.Linear, Inputs = [0], Input = pool.Output, Output = new FeatureShape(1, 1, 1), Flatten = true, Weights = [.. new float[8]] };
        NetworkGraph network = Single(pool) with { Layers = [pool, dense] };
        TestNetworks.AssertEqual(network, OnnxImporter.Import(WithoutOperatorEntry(OnnxExporter.Export(network)), "t"));
    }

    [Fact]
    public void Gemm_WithTransposedWeights_IsADenseLayer()
    {
        NetworkGraph network = Single(new GraphLayer { Name = "dense", Operator = LayerOperator.Linear, Inputs = [-1], Input = new FeatureShape(1, 1, 2), Output = new FeatureShape(1, 1, 3), Weights = [1, 2, 3, 4, 5, 6], Bias = [7, 8, 9] });
        ModelProto model = ModelProto.Parser.ParseFrom(OnnxExporter.Export(network));
        NodeProto product = model.Graph.Node.Single(n => n.OpType == "MatMul");
        NodeProto sum = model.Graph.Node.Single(n => n.OpType == "Add");
        product.OpType = "Gemm";
        product.Attribute.Add(new AttributeProto { Name = "transB", I = 1, Type = 2 });
        product.Input.Add(sum.Input[1]);
        product.Output[0] = sum.Output[0];
        model.Graph.Node.Remove(sum);
        TensorProto kernel = model.Graph.Initializer.Single(t => t.Name == product.Input[1]);
        kernel.Dims.Clear();
        kernel.Dims.AddRange([3L, 2L]);
        kernel.RawData = ByteString.CopyFrom([.. new float[] { 1, 2, 3, 4, 5, 6 }.SelectMany(BitConverter.GetBytes)]);
        byte[] bytes = model.ToByteArray();
        NetworkGraph read = OnnxImporter.Import(bytes, "t");
        TestNetworks.AssertEqual(network, read);

        NetworkGraph other = network with { Layers = [network.Layers[0] with { Weights = [6, 5, 4, 3, 2, 1], Bias = [0, 1, 2] }] };
        TestNetworks.AssertEqual(other, OnnxImporter.Import(DequantizedModelWriter.Replace(bytes, "t", other), "t"));
    }

    [Fact]
    public void TypedFloatData_AndClip_AreRead()
    {
        ModelProto model = ModelProto.Parser.ParseFrom(OnnxExporter.Export(TestNetworks.Mnist()));
        foreach (TensorProto tensor in model.Graph.Initializer.Where(t => t.DataType == 1))
        {
            byte[] raw = tensor.RawData.ToByteArray();
            for (int i = 0; i < raw.Length; i += 4) tensor.FloatData.Add(BitConverter.ToSingle(raw, i));
            tensor.ClearRawData();
        }

        NodeProto min = model.Graph.Node.First(n => n.OpType == "Min");
        NodeProto max = model.Graph.Node.First(n => n.OpType == "Max");
        min.OpType = "Clip";
        min.Input.RemoveAt(1);
        min.Attribute.Add(new AttributeProto { Name = "min", F = -1, Type = 1 });
        min.Attribute.Add(new AttributeProto { Name = "max", F = 1, Type = 1 });
        min.Output[0] = max.Output[0];
        model.Graph.Node.Remove(max);
        TestNetworks.AssertEqual(TestNetworks.Mnist(), OnnxImporter.Import(model.ToByteArray(), "t"));
    }

    [Fact]
    public void DequantizedCopy_ReplacesWeightsAndNothingElse()
    {
        NetworkGraph network = TestNetworks.Mnist();
        byte[] bytes = OnnxExporter.Export(network);
        Assert.Equal(bytes, DequantizedModelWriter.Replace(bytes, "t", network));
        NetworkGraph halved = network with { Layers = [.. network.Layers.Select(l => l with { Weights = Halved(l.Weights), Bias = Halved(l.Bias) })] };
        byte[] copy = DequantizedModelWriter.Replace(bytes, "t", halved);
        Assert.Equal(OnnxExporter.Export(halved), copy);

        static ImmutableArray<float> Halved(ImmutableArray<float> values) => [.. values.Select(v => v / 2)];
    }

    [Fact]
    public void DequantizedCopy_OfAFile_HasTheEndingDq()
    {
        Assert.Equal(Path.Combine("export", "saved_model_dq.onnx"), DequantizedModelWriter.PathFor(Path.Combine("export", "saved_model.onnx")));
        string folder = Directory.CreateTempSubdirectory("onnx").FullName;
        try
        {
            string path = Path.Combine(folder, "m.onnx");
            OnnxExporter.Export(path, TestNetworks.Mnist());
            DequantizedModelWriter.Write(path, DequantizedModelWriter.PathFor(path), TestNetworks.Mnist());
            Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(Path.Combine(folder, "m_dq.onnx")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void DequantizedCopy_WithWeightsThatDoNotFit_IsRefused()
    {
        NetworkGraph network = TestNetworks.Mnist();
        byte[] bytes = OnnxExporter.Export(network);
        NetworkGraph shorter = network with { Layers = network.Layers.RemoveAt(3) };
        NetworkGraph other = network with { Layers = network.Layers.SetItem(3, network.Layers[3] with { Weights = [1, 2] }) };
        Assert.Contains("4 layers", Assert.Throws<OnnxFormatException>(() => DequantizedModelWriter.Replace(bytes, "t", shorter)).Message, StringComparison.Ordinal);
        Assert.Contains("weights here", Assert.Throws<OnnxFormatException>(() => DequantizedModelWriter.Replace(bytes, "t", other)).Message, StringComparison.Ordinal);
    }

    private static NetworkGraph Single(GraphLayer layer) => new() { Name = "single", Input = layer.Input, Layers = [layer] };

    private static byte[] WithoutOperatorEntry(byte[] bytes)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(bytes);
        model.MetadataProps.Remove(model.MetadataProps.Single(p => p.Key == "layer_operators"));
        return model.ToByteArray();
    }
}
