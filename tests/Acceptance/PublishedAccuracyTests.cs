// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace Ai8x.Acceptance;

/// <summary>The published models score on the official test images exactly what was measured of them, in float and in the chip's arithmetic.</summary>
public sealed class PublishedAccuracyTests : IDisposable
{
    private const string Fashion = "/usr/share/datasets/fashion-mnist";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Mnist_Is9932Float_And9936Integer() => Check("mnist", 9932, 9936, "--data-dir", Locations.RequireShared("data"));

    [Fact]
    public void FashionMnist_Is9228Float_And9230Integer()
    {
        Assert.SkipUnless(Directory.Exists(Fashion), "Debian's package dataset-fashion-mnist is not installed.");
        Check("fashionmnist", 9228, 9230, "--data-dir", Fashion);
    }

    private void Check(string network, int floating, int integer, params string[] data)
    {
        string model = Locations.RequireShared("golden", "tf-models", "tf-" + network, "model.onnx");
        ChildResult result = ChildProcess.Ai8x(
            _folder.Path,
            ["evaluate", "--onnx-file", model, "--dataset", network, "--inputs-as-nchw", "--integer", "--config-file", Path.Combine(Locations.Repository, "networks", network + ".yaml"), "--json", "result.json", .. data]);
        Assert.True(result.ExitCode == 0, result.Error);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(_folder["result.json"]));
        JsonElement root = json.RootElement;
        Assert.Equal((10_000, integer), (root.GetProperty("count").GetInt32(), root.GetProperty("correct").GetInt32()));
        Assert.Contains(FormattableString.Invariant($"Float model: {floating} of 10000 correct; float and integer disagree on "), result.Output, StringComparison.Ordinal);
        // The float count follows from the integer one and the samples on which the two disagree.
        JsonElement[] disagreements = [.. root.GetProperty("disagreements").EnumerateArray()];
        Assert.Equal(floating - integer, disagreements.Sum(sample => Is(sample, "float") - Is(sample, "integer")));
    }

    private static int Is(JsonElement sample, string arithmetic) => sample.GetProperty(arithmetic).GetInt32() == sample.GetProperty("label").GetInt32() ? 1 : 0;
}
