// SPDX-License-Identifier: MIT
using Ai8x.CodeGen.Output;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Tests.Generator;

public sealed class VectorWriterTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly SynthesizedNetwork _network = Networks.Synthesize(
        Networks.Network(new(1, 1, 1), Networks.Description(Networks.Linear(0x1, 0x2000, flatten: false) with { OutputWidth = 32 }), Networks.Arrays([2, 1], i => i + 1, [3, -1])), new() { Softmax = true });

    public void Dispose()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Files_HaveTheirNamesAndForms()
    {
        Dictionary<string, string> files = VectorWriter.Files(_network).ToDictionary(f => f.Name, f => f.Text);
        Assert.Equal(["bias_0.txt", "input_0.txt", "kernels.txt", "output.txt", "program.csv", "softmax.txt", "unload.csv"], files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("50180000 00000003 00000000 00000002 01000000 00000000\n", files["kernels.txt"]);
        Assert.Equal("03 ff\n", files["bias_0.txt"]);
        Assert.StartsWith("@ 0x50400000 memory 1\n", files["input_0.txt"], StringComparison.Ordinal);
        Assert.Equal("out_byte,count,source_address,source_step\n0,8,0x50402000,1\n", files["unload.csv"]);
        string[] rows = files["program.csv"].Split('\n');
        Assert.Equal("function,op,width,address,value,register,count", rows[0]);
        Assert.Contains("cnn_load_weights,kernel_stream,32,,kernels.txt,,6", rows);
        Assert.Contains("cnn_load_bias,memcpy_8to32,32,0x50108000,bias_0.txt,,2", rows);
        Assert.Contains("load_input,memcpy32,32,0x50400000,input_0.txt,,1", rows);
        Assert.Contains("cnn_enable,update,32,GCR.pclkdiv,clear CNNCLKDIV+CNNCLKSEL then set clock_divider+clock_source,,1", rows);
    }

    [Fact]
    public void Writing_MakesTheFolderAndReplacesFilesWithoutTouchingOthers()
    {
        VectorWriter.Write(_network, _folder);
        File.WriteAllText(Path.Combine(_folder, "program.csv"), "old");
        File.WriteAllText(Path.Combine(_folder, "notes.txt"), "mine");
        VectorWriter.Write(_network, _folder);
        foreach ((string name, string text) in VectorWriter.Files(_network)) Assert.Equal(text, File.ReadAllText(Path.Combine(_folder, name)));
        Assert.Equal("mine", File.ReadAllText(Path.Combine(_folder, "notes.txt")));
        Assert.DoesNotContain(Directory.EnumerateDirectories(Path.GetDirectoryName(_folder)!), d => Path.GetFileName(d).Contains(Path.GetFileName(_folder) + ".", StringComparison.Ordinal));
    }

    [Fact]
    public void SameNetwork_GivesTheSameBytes() => Assert.Equal(VectorWriter.Files(_network), VectorWriter.Files(_network));

    [Fact]
    public void Facts_SayWhatTheProjectHolds()
    {
        SynthesizedNetwork network = Networks.Synthesize(Networks.Mnist(new Random(3)));
        ProjectFacts facts = network.Facts("mnist", "1.2.3", [new("model.onnx", "00")]);
        Assert.Equal("1x28x28, CHW", facts.InputFormat);
        Assert.Equal("60x28x28, max pool 2x2 stride 2, conv2d 3x3 pad 2, shift -2, ReLU, 60x16x16 of 8 bits", facts.Layers[1].Text);
        Assert.Equal(0xf, facts.UsedQuadrants);
        Assert.Equal(12, facts.MemoryMap.Length);
        Assert.False(facts.Softmax);
    }
}
