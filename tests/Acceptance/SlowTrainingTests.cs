// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text.Json;

namespace Ai8x.Acceptance;

/// <summary>Real data, real accuracy: 15 epochs of both models on the official images. Minutes each, so only on request.</summary>
public sealed class SlowTrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Mnist_Reaches991OnTheOfficialTestImages_AndAThousandImagesAgreeBitForBit()
    {
        SlowCheck.Require();
        string data = Locations.RequireShared("data");
        double floating = Train("mnist_model", "mnist", "--data-dir", data);
        double integer = Integer("mnist", "--data-dir", data);
        Assert.True(floating >= 0.991, Figure(floating));
        Assert.InRange(integer, floating - 0.002, 1);
        ChildResult proof = ChildProcess.Ai8x(
            _folder.Path, "verify", "--checkpoint-file", "export/mnist/saved_model.onnx", "--config-file", Description("mnist"), "--dataset", "mnist", "--data-dir", data, "--images", "1000");
        Assert.True(proof.ExitCode == 0, proof.Output + proof.Error);
        Assert.Contains("VERIFIED: 1000 images", proof.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void FashionMnist_Reaches910OnTheOfficialTestImages()
    {
        SlowCheck.Require();
        Assert.SkipUnless(Directory.Exists("/usr/share/datasets/fashion-mnist"), "Debian's package dataset-fashion-mnist is not installed.");
        double floating = Train("fashionmnist_model", "fashionmnist");
        double integer = Integer("fashionmnist");
        Assert.True(floating >= 0.910, Figure(floating));
        Assert.InRange(integer, floating - 0.003, 1);
    }

    private double Train(string model, string dataset, params string[] more)
    {
        ChildResult result = ChildProcess.Ai8x(
            _folder.Path, ["train", "--model", model, "--dataset", dataset, "--epochs", "15", "--batch_size", "256", "--lr", "0.001", "--json", "train.json", .. more]);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        return Number("train.json", "testAccuracy");
    }

    private double Integer(string dataset, params string[] more)
    {
        ChildResult result = ChildProcess.Ai8x(
            _folder.Path,
            ["evaluate", "--onnx-file", $"export/{dataset}/saved_model.onnx", "--dataset", dataset, "--integer", "--config-file", Description(dataset), "--json", "integer.json", .. more]);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        return Number("integer.json", "accuracy");
    }

    private double Number(string file, string name)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(_folder[file]));
        return json.RootElement.GetProperty(name).GetDouble();
    }

    private static string Description(string dataset) => Path.Combine(Locations.Repository, "networks", dataset + ".yaml");

    private static string Figure(double accuracy) => accuracy.ToString("0.0000", CultureInfo.InvariantCulture);
}
