// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Ai8x.Layers;
using Ai8x.Tensors;

namespace Ai8x.Acceptance;

/// <summary>Bad input ends in one clear message and exit code 2, and leaves nothing behind.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public void GoodInput_IsAccepted()
    {
        ChildResult good = _work.Synthesize();
        Assert.True(good.ExitCode == 0, good.Output + good.Error);
        Assert.True(File.Exists(_work["out", "p", "cnn.c"]));
    }

    [Fact]
    public void TruncatedGzip_IsRefused()
    {
        _work.CopyImages("images");
        string file = TrainingImages();
        byte[] bytes = File.ReadAllBytes(file);
        File.WriteAllBytes(file, bytes[..(bytes.Length / 2)]);
        Refuses(Train, Path.GetFileName(file));
    }

    [Fact]
    public void IdxFileWithLyingHeader_IsRefused()
    {
        _work.CopyImages("images");
        string file = TrainingImages();
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            byte[] header = new byte[16];
            BinaryPrimitives.WriteUInt32BigEndian(header, 0x803);
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), 2_000_000_000);
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(8), 28);
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(12), 28);
            gzip.Write(header);
            gzip.Write(new byte[28 * 28]);
        }

        File.WriteAllBytes(file, packed.ToArray());
        Refuses(Train, Path.GetFileName(file));
    }

    [Fact]
    public void OnnxFileCutInTheMiddle_IsRefused()
    {
        byte[] bytes = File.ReadAllBytes(_work["model.onnx"]);
        File.WriteAllBytes(_work["model.onnx"], bytes[..(bytes.Length / 2)]);
        Refuses(_work.Synthesize, "model.onnx");
    }

    [Fact]
    public void UnknownOnnxOperator_IsRefusedByName()
    {
        byte[] bytes = File.ReadAllBytes(_work["model.onnx"]);
        byte[] node = [0x22, 4, .. "Relu"u8]; // field op_type, four bytes
        int at = bytes.AsSpan().IndexOf(node);
        Assert.True(at > 0, "The model has a Relu node.");
        "Selu"u8.CopyTo(bytes.AsSpan(at + 2));
        File.WriteAllBytes(_work["model.onnx"], bytes);
        Refuses(_work.Synthesize, "model.onnx", "Selu");
    }

    [Fact]
    public void MisspeltYamlKey_IsRefusedWithLineAndNearestName()
    {
        Replace("network.yaml", "out_offset:", "out_ofset:");
        Refuses(_work.Synthesize, "network.yaml", "line", "out_ofset", "out_offset");
    }

    [Fact]
    public void WrongProcessorCount_IsRefusedWithLayerAndRule()
    {
        Replace("network.yaml", "0xffff.ffff.ffff.fff0", "0x7ffffffffffffff0");
        Refuses(_work.Synthesize, "layer 1", "processor", "59", "60");
    }

    [Fact]
    public void SampleOfTheWrongShape_IsRefused()
    {
        _work.WriteSample("sample.npy", 3, 32, 32);
        Refuses(_work.Synthesize, "sample.npy", "28");
    }

    [Fact]
    public void SampleOfFloats_IsRefused()
    {
        NpyWriter.Write(_work["sample.npy"], NpyArray.Create<float>(new float[784], 1, 28, 28));
        Refuses(_work.Synthesize, "sample.npy");
    }

    [Theory]
    [InlineData("synthesize")]
    [InlineData("train")]
    public void UnwritableOutputFolder_IsRefused(string command)
    {
        // A file stands where a folder should be: no user may write below it.
        File.WriteAllText(_work["out"], "");
        _work.CopyImages("images");
        Refuses(command == "train" ? () => TrainTo("out/models") : _work.Synthesize, "out");
    }

    [Fact]
    public void NetworkThatExceedsWeightMemory_IsRefusedWithLayerAndNumbers()
    {
        // Thirteen layers of 64 kernels need 13 * 64 = 832 of the 768 kernel words.
        var layers = new List<Layer> { new FusedConv2DReLU(64, 3, paddingSize: 1, useBias: false) };
        var yaml = new StringBuilder("arch: deep\ndataset: none\nlayers:\n  - {op: conv2d, pad: 1, activate: ReLU, processors: 0x1, data_format: CHW, out_offset: 0x2000}\n");
        for (int i = 0; i < 13; i++)
        {
            layers.Add(new FusedConv2DReLU(64, 3, paddingSize: 1, useBias: false));
            yaml.Append("  - {op: conv2d, pad: 1, activate: ReLU, processors: 0xffffffffffffffff, out_offset: ").Append(i % 2 == 0 ? "0" : "0x2000").Append("}\n");
        }

        _work.Save(new Sequential("deep", new SampleShape(8, 8, 1), layers), "model.onnx");
        File.WriteAllText(_work["network.yaml"], yaml.ToString());
        _work.WriteSample("sample.npy", 1, 8, 8);
        Refuses(_work.Synthesize, "layer", "768");
    }

    [Fact]
    public void NetworkThatCannotBePlanned_IsRefusedWithWaysOut()
    {
        List<Layer> layers = [];
        for (int i = 0; i < 14; i++) layers.Add(new FusedConv2DReLU(64, 3, paddingSize: 1, useBias: false));
        _work.Save(new Sequential("deep", new SampleShape(8, 8, 1), layers), "model.onnx");
        Refuses(() => _work.Ai8x("plan", "--onnx-file", "model.onnx", "--output", "planned.yaml"), "kernel memory", "way out 1");
        Assert.False(File.Exists(_work["planned.yaml"]));
    }

    [Fact]
    public void IntegerArraysWithoutDescription_AreRefused()
    {
        Directory.CreateDirectory(_work["arrays"]);
        Refuses(() => _work.Ai8x("synthesize", "--checkpoint-file", "arrays", "--sample-input", "sample.npy", "--prefix", "p"), "--config-file");
    }

    [Theory]
    [InlineData("train", "--model", "no_such_model", "--dataset", "mnist")]
    [InlineData("train", "--model", "mnist_model", "--dataset", "no_such_set")]
    [InlineData("train", "--model", "mnist_model", "--dataset", "mnist", "--optimizer", "Magic")]
    [InlineData("train", "--model", "mnist_model", "--dataset", "mnist", "--epochs", "-1")]
    [InlineData("train", "--model", "mnist_model", "--dataset", "mnist", "--input-scale", "100")]
    [InlineData("train", "--model", "mnist_model", "--dataset", "mnist", "--no-such-option")]
    [InlineData("simulate")]
    [InlineData("simulate", "no-such-folder")]
    [InlineData("verify", "--config-file", "network.yaml", "--sample-input", "sample.npy")]
    [InlineData("evaluate", "--onnx-file", "no-such-file.onnx", "--dataset", "fashionmnist-sample")]
    public void BadUsage_IsRefused(params string[] arguments) => Refuses(() => _work.Ai8x(arguments));

    private ChildResult Train() => TrainTo("models");

    private ChildResult TrainTo(string folder) => _work.Ai8x(
        "train", "--model", "fashionmnist_model", "--dataset", "fashionmnist-sample", "--data-dir", "images", "--epochs", "1", "--export-dir", folder);

    private string TrainingImages() => Assert.Single(Directory.GetFiles(_work["images"]), file => file.Contains("train-images", StringComparison.Ordinal));

    private void Replace(string file, string old, string replacement)
    {
        string text = File.ReadAllText(_work[file]);
        int at = text.IndexOf(old, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{file} contains {old}.");
        File.WriteAllText(_work[file], text[..at] + replacement + text[(at + old.Length)..]);
    }

    private void Refuses(Func<ChildResult> command, params string[] mentions)
    {
        string[] before = _work.Listing();
        ChildResult result = command();
        Assert.True(result.ExitCode == 2, $"exit code {result.ExitCode}\n{result.Output}\n{result.Error}");
        Assert.NotEqual("", result.Error.Trim());
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", result.Error, StringComparison.Ordinal);
        Assert.All(mentions, word => Assert.Contains(word, result.Error, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(before, _work.Listing());
    }
}
