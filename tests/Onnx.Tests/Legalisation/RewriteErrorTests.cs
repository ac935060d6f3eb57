// SPDX-License-Identifier: MIT
using Ai8x.Onnx.Schema;

namespace Ai8x.Onnx.Tests.Legalisation;

/// <summary>What cannot be rewritten exactly is refused with a sentence that says why and what to do.</summary>
public sealed class RewriteErrorTests
{
    private readonly Random _random = new(5);

    [Theory]
    [InlineData("5x5", "2 convolutions of 3x3 in a row, each with pad 1 and a clamp, see 5x5 pixels with 18 instead of 25 weights")]
    [InlineData("7x7", "3 convolutions of 3x3 in a row, each with pad 1 and a clamp, see 7x7 pixels with 27 instead of 49 weights")]
    [InlineData("uneven", "no 3x3 kernel with zeros gives the same")]
    [InlineData("no clamp", "by its weights its values can reach")]
    [InlineData("scaled padding", "Normalise behind the convolution, or convolve without padding")]
    [InlineData("scaled output", "is scaled behind the last layer's clamp")]
    [InlineData("scaled sum", "stands behind a clamp and no convolution or dense layer takes it")]
    [InlineData("negative maximum", "has a negative factor, with which the maximum cannot be exchanged")]
    [InlineData("behind activation", "can only take positive factors")]
    [InlineData("negative variance", "it must not be negative")]
    [InlineData("division by zero", "holds a zero")]
    [InlineData("training", "export the model for inference")]
    [InlineData("zeros for pooling", "the chip pads in convolutions only")]
    [InlineData("reflection", "the mode is 'reflect'")]
    [InlineData("groups", "the chip has no grouped convolutions")]
    [InlineData("partial mean", "over all rows and columns")]
    [InlineData("window of 37", "the pooling window is 37x37 with stride 1")]
    [InlineData("stride of 20", "a stride of at most 16 has no counterpart")]
    [InlineData("constant twice", "is written twice")]
    [InlineData("constant of text", "no dense number")]
    [InlineData("probabilities", "export the model without it, with the values in front as its output")]
    public void Import_OfWhatTheChipCannotDo_SaysWhy(string what, string expected)
    {
        var model = new ModelSketch(13, 1, 4, 40, 40);
        Build(model, what);
        byte[] bytes = model.Finish();
        OnnxFormatException error = Assert.Throws<OnnxFormatException>(() => OnnxImporter.Import(bytes, "t"));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Import_OfFewBytesThatStandForManyWeights_IsRefusedBeforeTheyAreMade(bool passing)
    {
        // A layer that passes on has a weight for each pair of channels; a 3x3 kernel has nine for one.
        const int Channels = 1 << 21;
        ModelSketch model = passing ? new ModelSketch(13, 1, Channels, 1, 1) : new ModelSketch(13, 1, 4, 4, 4);
        if (passing) Blocks.Relu(model);
        else Blocks.Conv(model, _random, 4, Channels / 4, [1, 1], [1, 1, 1, 1]);
        byte[] bytes = model.Finish();
        long before = GC.GetAllocatedBytesForCurrentThread();
        OnnxFormatException error = Assert.Throws<OnnxFormatException>(() => OnnxImporter.Import(bytes, "t"));
        Assert.Contains("weights; no chip of this family holds them", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 128L << 20);
    }

    private void Build(ModelSketch model, string what)
    {
        switch (what)
        {
            case "5x5": Blocks.Conv(model, _random, 4, 2, [5, 5], [2, 2, 2, 2]); break;
            case "7x7": Blocks.Conv(model, _random, 4, 2, [7, 7], [3, 3, 3, 3]); break;
            case "uneven": Blocks.Conv(model, _random, 4, 2, [3, 3], [0, 0, 1, 1]); break;
            case "no clamp": Blocks.Conv(model, _random, 4, 2, [3, 3]); Blocks.Relu(model); Blocks.Conv(model, _random, 2, 2, [3, 3]); Blocks.Clip(model); break;
            case "scaled padding": Blocks.Normalise(model, _random, 4); Blocks.Conv(model, _random, 4, 2, [3, 3], [1, 1, 1, 1]); Blocks.Clip(model); break;
            case "scaled output": Blocks.Conv(model, _random, 4, 2, [3, 3]); Blocks.Clip(model); Blocks.Normalise(model, _random, 2); break;
            case "scaled sum":
                Blocks.Normalise(model, _random, 4);
                model.Node("Add", [model.Current, OnnxExporter.InputName]);
                break;
            case "negative maximum":
                model.Then("Mul", [model.Floats([-1, 1, 1, 1], 4, 1, 1)]);
                Blocks.Pool(model, "MaxPool", 2, 2);
                break;
            case "behind activation": Blocks.Conv(model, _random, 4, 2, [3, 3]); Blocks.Relu(model); Blocks.Normalise(model, _random, 2); Blocks.Clip(model); break;
            case "negative variance": model.Then("BatchNormalization", [.. Enumerable.Range(0, 4).Select(i => model.Floats([i - 3, 1, 1, 1 - i], 4))]); break;
            case "division by zero": model.Then("Div", [model.Floats([1, 0, 1, 1], 4, 1, 1)]); break;
            case "training": Blocks.Normalise(model, _random, 4); model.Nodes[^1].Attribute.Add(ModelSketch.Integer("training_mode", 1)); break;
            case "zeros for pooling": model.Then("Pad", [model.Integers(0, 0, 1, 1, 0, 0, 1, 1)]); Blocks.Pool(model, "MaxPool", 3, 2); break;
            case "reflection": model.Then("Pad", [model.Integers(0, 0, 1, 1, 0, 0, 1, 1)], ModelSketch.Text("mode", "reflect")); Blocks.Conv(model, _random, 4, 2, [3, 3]); break;
            case "groups": Blocks.Conv(model, _random, 4, 3, [3, 3], groups: 2); break;
            case "partial mean": model.Then("ReduceMean", null, ModelSketch.List("axes", 1)); break;
            case "window of 37": Blocks.Pool(model, "MaxPool", 37, 1); break;
            case "stride of 20": Blocks.Pool(model, "MaxPool", 2, 20); break;
            case "probabilities": model.Then("Flatten"); Blocks.Gemm(model, _random, 6400, 2); model.Then("Softmax"); break;
            case "constant twice": model.Constant(1); model.Nodes.Add(model.Nodes[^1].Clone()); break;
            default: model.Nodes.Add(new NodeProto { Name = "text", OpType = "Constant", Output = { "text:0" }, Attribute = { ModelSketch.Text("value_string", "x") } }); break;
        }
    }
}
