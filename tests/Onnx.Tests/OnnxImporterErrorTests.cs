// SPDX-License-Identifier: MIT
using Ai8x.Networks;
using Ai8x.Onnx.Schema;
using Google.Protobuf;

namespace Ai8x.Onnx.Tests;

/// <summary>Each test breaks one thing in a good model and looks for the sentence that says so.</summary>
public sealed class OnnxImporterErrorTests
{
    public static TheoryData<string, string> Cases() => new()
    {
        { "unknown operator", "Softmax 'conv2d/Relu': the operator has no counterpart" },
        { "foreign domain", "belongs to the domain 'com.microsoft'" },
        { "transposed convolution", "has the strides [2, 2]" },
        { "missing initializer", "the initializer 'conv2d/Conv2D/kernel:0' is missing" },
        { "initializer too short", "20 values, but holds 4" },
        { "negative axis", "axis of length -1" },
        { "huge shape", "more values than a file can hold" },
        { "wrong data type", "it must be float32" },
        { "infinite weight", "must be finite" },
        { "external weights", "stand in another file" },
        { "cycle", "out of order or form a cycle" },
        { "unknown input", "'nowhere' does not exist" },
        { "constant as data", "is a constant, where data" },
        { "output written twice", "written twice" },
        { "stride 2", "stride 1" },
        { "groups", "no grouped convolutions" },
        { "uneven padding", "pads all sides alike" },
        { "automatic padding", "automatic padding" },
        { "huge padding", "pads is" },
        { "kernel_shape lies", "differs from the shape of the weights" },
        { "unknown attribute", "the attribute 'surprise' is not supported" },
        { "pooling window too large", "is larger than the data" },
        { "pooling stride 0", "must be positive" },
        { "pooling with padding", "pooling on the chip has no padding" },
        { "clamp of 2", "clamped to -1..2" },
        { "clamp twice", "clamped twice" },
        { "no clamp", "has no clamp behind it" },
        { "scale of minus 3", "can only take positive factors" },
        { "bias too long", "one value for each of the 10 channels" },
        { "reshape to another size", "cannot take the shape" },
        { "batch moved", "leave the batch in front" },
        { "rows and columns swapped", "in a way that the chip cannot follow" },
        { "two inputs", "the model has 2 inputs" },
        { "input without shape", "must be float32" },
        { "input of open length", "without a fixed length" },
        { "no output", "no output" },
        { "unknown output", "is written by no node" },
        { "output in front of the activation", "is no finished result of a layer" },
        { "output of an earlier layer", "is the result of an earlier layer" },
        { "output that is the input", "is no finished result of a layer" },
        { "second output inside a layer", "is no finished result of a layer" },
        { "clamp that nothing reads", "is no finished result of a layer" },
        { "axis of length 0", "have an axis of length 0" },
        { "half a value too much", "bytes, but holds" },
        { "operator set 3", "operator set 3" },
        { "no operator set", "which operator set" },
        { "no graph", "no graph" },
        { "input scale of 200", "128 or 256" },
        { "branch", "branches are possible only behind the clamp" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Import_OfABrokenModel_SaysWhatIsWrong(string what, string expected)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(OnnxExporter.Export(TestNetworks.Mnist()));
        Break(model, what);
        OnnxFormatException error = Assert.Throws<OnnxFormatException>(() => OnnxImporter.Import(model.ToByteArray(), "test.onnx"));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("test.onnx: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_OfAnErrorInANode_NamesNodeAndOperator()
    {
        ModelProto model = ModelProto.Parser.ParseFrom(OnnxExporter.Export(TestNetworks.Mnist()));
        Break(model, "stride 2");
        OnnxFormatException error = Assert.Throws<OnnxFormatException>(() => OnnxImporter.Import(model.ToByteArray(), "test.onnx"));
        Assert.Equal(("conv2d/Conv2D", "Conv", "test.onnx"), (error.Node, error.Operator, error.File));
    }

    [Fact]
    public void Import_OfEveryCutOffFile_GivesATypedError()
    {
        // Without entries at the end, every shorter file is incomplete.
        ModelProto model = ModelProto.Parser.ParseFrom(OnnxExporter.Export(RandomNetworks.Make(5)));
        model.MetadataProps.Clear();
        byte[] bytes = model.ToByteArray();
        Assert.NotNull(OnnxImporter.Import(bytes, "whole.onnx"));
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<OnnxFormatException>(() => OnnxImporter.Import(bytes.AsMemory(0, length), "cut.onnx"));
        }
    }

    [Fact]
    public void Import_OfAModelThatAlsoGivesAnEarlierLayer_SaysThatTheChipDoesNot()
    {
        ModelProto model = ModelProto.Parser.ParseFrom(OnnxExporter.Export(TestNetworks.Mnist()));
        string first = Node(model.Graph, "Max").Output[0];
        model.Graph.Output.Add(new ValueInfoProto { Name = first });
        NetworkGraph network = OnnxImporter.Import(model.ToByteArray(), "test.onnx");
        Assert.Contains($"The output '{first}' is the result of an earlier layer; the chip gives the last layer's only.", network.Notices);
    }

    [Fact]
    public void Import_OfOtherFiles_GivesATypedError()
    {
        Assert.Throws<OnnxFormatException>(() => OnnxImporter.Import("PK\u0003\u0004 this is a zip archive"u8.ToArray(), "x"));
        Assert.Throws<OnnxFormatException>(() => OnnxImporter.Import(new byte[100], "x"));
        Assert.Throws<FileNotFoundException>(() => OnnxImporter.Import(Path.Combine(Path.GetTempPath(), "there is no such file.onnx")));
    }

    [Fact]
    public void Import_OfAFileFullOfTinyMessages_IsRefusedBeforeTheyAreMade()
    {
        // Two bytes of file would become an object of a hundred.
        byte[] nodes = new byte[8 << 20];
        for (int i = 0; i < nodes.Length; i += 2) nodes[i] = 0x0a;
        byte[] file = [0x3a, .. Varint(nodes.Length), .. nodes];
        long before = GC.GetAllocatedBytesForCurrentThread();
        OnnxFormatException error = Assert.Throws<OnnxFormatException>(() => OnnxImporter.Import(file, "bomb.onnx"));
        Assert.Contains("nodes, names and descriptions take", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);

        static byte[] Varint(int value)
        {
            var bytes = new List<byte>();
            for (; value > 127; value >>= 7) bytes.Add((byte)(value | 128));
            return [.. bytes, (byte)value];
        }
    }

    [Fact]
    public void Import_OfOneTensorUsedManyTimes_IsBounded()
    {
        // A dense layer of 1,000 by 1,000 weights, named by a thousand nodes.
        ModelProto model = ModelProto.Parser.ParseFrom(OnnxExporter.Export(Dense(1000)));
        NodeProto[] layer = [.. model.Graph.Node];
        for (int i = 0; i < 1000; i++)
        {
            foreach (NodeProto node in layer)
            {
                NodeProto copy = node.Clone();
                copy.Name += $"_{i}";
                copy.Input[0] = copy.Input[0] == "input_1:0" ? i == 0 ? "Identity:0" : $"Identity:0_{i - 1}" : $"{copy.Input[0]}_{i}";
                copy.Output[0] += $"_{i}";
                model.Graph.Node.Add(copy);
            }
        }

        OnnxFormatException error = Assert.Throws<OnnxFormatException>(() => OnnxImporter.Import(model.ToByteArray(), "many.onnx"));
        Assert.Contains("weights; no chip", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_OfLargeDataTurnedAgainAndAgain_IsBounded()
    {
        // Every turn touches the four million values; a small file may ask for thousands of turns.
        var sketch = new Legalisation.ModelSketch(10, 1, 64, 256, 256);
        for (int i = 0; i < 6; i++) sketch.Then("Transpose", null, Legalisation.ModelSketch.List("perm", 0, 2, 3, 1));
        OnnxFormatException error = Assert.Throws<OnnxFormatException>(() => OnnxImporter.Import(sketch.Finish(), "turns.onnx"));
        Assert.Contains("rearranges more data", error.Message, StringComparison.Ordinal);
    }

    private static NetworkGraph Dense(int size) => new()
    {
        Name = "dense",
        Input = new FeatureShape(1, 1, size),
        Layers = [new GraphLayer { Name = "dense", Operator = LayerOperator.Linear, Inputs = [-1], Input = new FeatureShape(1, 1, size), Output = new FeatureShape(1, 1, size), Weights = [.. new float[size * size]] }],
    };

    private static void Break(ModelProto model, string what)
    {
        GraphProto graph = model.Graph;
        NodeProto conv = Node(graph, "Conv");
        NodeProto pool = Node(graph, "MaxPool");
        TensorProto kernel = graph.Initializer.Single(t => t.Name == "conv2d/Conv2D/kernel:0");
        TypeProto input = graph.Input[0].Type;
        switch (what)
        {
            case "unknown operator": Node(graph, "Relu").OpType = "Softmax"; break;
            case "foreign domain": conv.Domain = "com.microsoft"; break;
            case "transposed convolution": conv.OpType = "ConvTranspose"; break;
            case "missing initializer": graph.Initializer.Remove(kernel); break;
            case "initializer too short": kernel.RawData = ByteString.CopyFrom(new byte[16]); kernel.Dims[0] = 4; kernel.Dims[1] = kernel.Dims[2] = 1; kernel.Dims[3] = 5; break;
            case "negative axis": kernel.Dims[0] = -1; break;
            case "huge shape": kernel.Dims[0] = kernel.Dims[1] = int.MaxValue; break;
            case "wrong data type": kernel.DataType = 10; break;
            case "infinite weight": kernel.RawData = ByteString.CopyFrom([0, 0, 0x80, 0x7f, .. kernel.RawData.Span[4..]]); break;
            case "external weights": kernel.DataLocation = 1; break;
            case "cycle": conv.Input[0] = "Identity:0"; break;
            case "unknown input": conv.Input[0] = "nowhere"; break;
            case "constant as data": conv.Input[0] = kernel.Name; break;
            case "output written twice": Node(graph, "Relu").Output[0] = conv.Output[0]; break;
            case "stride 2": Attribute(conv, "strides").Ints[0] = 2; break;
            case "groups": conv.Attribute.Add(new AttributeProto { Name = "group", I = 2, Type = 2 }); break;
            case "uneven padding": Attribute(conv, "pads").Ints[3] = 2; break;
            case "automatic padding": Attribute(conv, "auto_pad").S = ByteString.CopyFromUtf8("SAME_UPPER"); break;
            case "huge padding": SetAll(Attribute(conv, "pads").Ints, long.MaxValue); break;
            case "kernel_shape lies": Attribute(conv, "kernel_shape").Ints[0] = 1; break;
            case "unknown attribute": conv.Attribute.Add(new AttributeProto { Name = "surprise", I = 2, Type = 2 }); break;
            case "pooling window too large": SetAll(Attribute(pool, "kernel_shape").Ints, 29); break;
            case "pooling stride 0": SetAll(Attribute(pool, "strides").Ints, 0); break;
            case "pooling with padding": pool.Attribute.Add(new AttributeProto { Name = "pads", Ints = { 1, 1, 1, 1 }, Type = 7 }); break;
            case "clamp of 2": SetScalar(graph, 1f, 2f); break;
            case "clamp twice": Node(graph, "Max").OpType = "Min"; break;
            case "no clamp": Remove(graph, "Min", 0); Remove(graph, "Max", 0); break;
            case "scale of minus 3": SetScalar(graph, 1f, -3f); Node(graph, "Min").OpType = "Mul"; break;
            case "bias too long": Bias(graph, 11); break;
            case "reshape to another size": graph.Initializer.Single(t => t.Name == "dense/flatten/Reshape/shape:0").RawData = ByteString.CopyFrom([255, 255, 255, 255, 255, 255, 255, 255, 7, 0, 0, 0, 0, 0, 0, 0]); break;
            case "batch moved": SetPermutation(graph, 1, 0, 2, 3); break;
            case "rows and columns swapped": SwapBefore(graph, pool); break;
            case "two inputs": graph.Input.Add(new ValueInfoProto { Name = "second", Type = input.Clone() }); break;
            case "input without shape": input.TensorType.Shape = null; break;
            case "input of open length": input.TensorType.Shape.Dim[1].ClearDimValue(); break;
            case "no output": graph.Output.Clear(); break;
            case "unknown output": graph.Output[0].Name = "nowhere"; break;
            case "output in front of the activation": graph.Output[0].Name = graph.Node.Last(n => n.OpType == "Relu").Input[0]; break;
            case "output of an earlier layer": graph.Output[0].Name = graph.Node.First(n => n.OpType == "Max").Output[0]; break;
            case "output that is the input": graph.Output[0].Name = graph.Input[0].Name; break;
            case "second output inside a layer": graph.Output.Add(new ValueInfoProto { Name = conv.Output[0], Type = input.Clone() }); break;
            case "clamp that nothing reads": graph.Output[0].Name = graph.Node.Last(n => n.OpType == "MatMul").Output[0]; break;
            case "axis of length 0": kernel.Dims[0] = 0; kernel.RawData = ByteString.Empty; break;
            case "half a value too much": kernel.RawData = ByteString.CopyFrom([.. kernel.RawData.Span, 0]); break;
            case "operator set 3": model.OpsetImport[0].Version = 3; break;
            case "no operator set": model.OpsetImport.Clear(); break;
            case "no graph": model.Graph = null; break;
            case "input scale of 200": model.MetadataProps.Single(p => p.Key == "input_scale").Value = "200"; break;
            case "branch": Node(graph, "Min").Input[0] = conv.Output[0]; break;
            default: throw new ArgumentException(what, nameof(what));
        }
    }

    private static NodeProto Node(GraphProto graph, string operation) => graph.Node.First(n => n.OpType == operation);

    private static AttributeProto Attribute(NodeProto node, string name) => node.Attribute.Single(a => a.Name == name);

    private static void SetAll(Google.Protobuf.Collections.RepeatedField<long> list, long value)
    {
        for (int i = 0; i < list.Count; i++) list[i] = value;
    }

    private static void SetScalar(GraphProto graph, float from, float to) =>
        graph.Initializer.Single(t => t.Dims.Count == 0 && t.RawData.Span.SequenceEqual(BitConverter.GetBytes(from))).RawData = ByteString.CopyFrom(BitConverter.GetBytes(to));

    private static void SetPermutation(GraphProto graph, params long[] axes)
    {
        AttributeProto permutation = Attribute(Node(graph, "Transpose"), "perm");
        permutation.Ints.Clear();
        permutation.Ints.AddRange(axes);
    }

    private static void Bias(GraphProto graph, int count)
    {
        TensorProto bias = graph.Initializer.Single(t => t.Name == "dense/BiasAdd/bias:0");
        bias.Dims[0] = count;
        bias.RawData = ByteString.CopyFrom(new byte[4 * count]);
    }

    private static void Remove(GraphProto graph, string operation, int index)
    {
        NodeProto node = graph.Node.Where(n => n.OpType == operation).ElementAt(index);
        foreach (NodeProto later in graph.Node)
        {
            for (int i = 0; i < later.Input.Count; i++)
            {
                if (later.Input[i] == node.Output[0]) later.Input[i] = node.Input[0];
            }
        }

        graph.Node.Remove(node);
    }

    private static void SwapBefore(GraphProto graph, NodeProto pool)
    {
        var swap = new NodeProto { Name = "swap", OpType = "Transpose" };
        swap.Input.Add(pool.Input[0]);
        swap.Output.Add("swap:0");
        swap.Attribute.Add(new AttributeProto { Name = "perm", Ints = { 0, 1, 3, 2 }, Type = 7 });
        graph.Node.Insert(graph.Node.IndexOf(pool), swap);
        pool.Input[0] = "swap:0";
    }
}
