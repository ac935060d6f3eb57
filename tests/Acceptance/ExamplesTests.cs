// SPDX-License-Identifier: MIT
using Ai8x.Models;
using Ai8x.Onnx;

namespace Ai8x.Acceptance;

/// <summary>The descriptions in networks/ give the programs of the published models, and --all generates all of them.</summary>
public sealed class ExamplesTests : IDisposable
{
    // Rows of program.csv that the published description cannot differ in; the comment column is only informative.
    private const int LabelFromEnd = 2;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static readonly string[] Published = ["cifar10", "cifar100", "fashionmnist", "kws20", "mnist", "rock"];

    /// <summary>Every description; the one of the spoken digits is ours and has no published program.</summary>
    public static TheoryData<string> Networks => [.. Directory.EnumerateFiles(Path.Combine(Locations.Repository, "networks"), "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    [Fact]
    public void Networks_HoldAllSixModels() =>
        Assert.Equal([.. Published, "speech_digits"], Networks.Select(row => row.Data));

    public static TheoryData<string> PublishedNetworks => [.. Published];

    [Theory]
    [MemberData(nameof(PublishedNetworks))]
    public void Description_GivesThePublishedProgram(string network)
    {
        string reference = Locations.RequireShared("golden", "tf-models", "tf-" + network);
        ChildResult result = ChildProcess.Ai8x(
            _folder.Path,
            "synthesize", "--checkpoint-file", Path.Combine(reference, "model.onnx"), "--config-file", Path.Combine(Locations.Repository, "networks", network + ".yaml"),
            "--sample-input", Path.Combine(reference, "sample.npy"), "--prefix", network, "--test-dir", "projects", "--dump-program", "vectors", "--softmax");
        Assert.True(result.ExitCode == 0, result.Error);
        string[] files = [.. Directory.EnumerateFiles(Path.Combine(reference, "expected-develop")).Where(file => Path.GetExtension(file) is ".txt" or ".csv")];
        Assert.Superset(new HashSet<string> { "program.csv", "kernels.txt", "output.txt" }, files.Select(file => Path.GetFileName(file)).ToHashSet());
        foreach (string expected in files)
        {
            string ours = _folder["vectors", Path.GetFileName(expected)];
            if (Path.GetFileName(expected) == "program.csv") Assert.Equal(Rows(expected), Rows(ours));
            else Assert.Equal(File.ReadAllText(expected), File.ReadAllText(ours));
        }
    }

    [Fact]
    public void All_GeneratesEveryExample()
    {
        string models = Locations.RequireShared("golden", "tf-models");
        foreach (string network in Networks.Select(row => row.Data))
        {
            Directory.CreateDirectory(_folder["export", network]);
            string published = Path.Combine(models, "tf-" + network.Replace("speech_digits", "kws20", StringComparison.Ordinal));
            if (Published.Contains(network)) File.Copy(Path.Combine(published, "model.onnx"), _folder["export", network, "saved_model.onnx"]);
            else OnnxExporter.Export(_folder["export", network, "saved_model.onnx"], SpeechDigitsModel.Create().Build(3).ToGraph());
            File.Copy(Path.Combine(published, "sample.npy"), _folder["export", network, "sampledata.npy"]);
        }

        ChildResult result = ChildProcess.Ai8x(_folder.Path, "synthesize", "--all", "--softmax", "--maps", "maps", "--json", "all.json");
        Assert.True(result.ExitCode == 0, result.Error);
        foreach (string network in Networks.Select(row => row.Data))
        {
            Assert.True(File.Exists(_folder["projects", network, "cnn.c"]), network);
            Assert.True(File.Exists(_folder["maps", network, "kernel.svg"]), network);
        }
    }

    [Fact]
    public void All_WithoutModels_SaysWhichAreMissing()
    {
        ChildResult result = ChildProcess.Ai8x(_folder.Path, "synthesize", "--all");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("export/kws20/saved_model.onnx", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["projects"]));
    }

    [Fact]
    public void Project_IsTheSameBytes_InEveryCultureTimeZoneAndFolder()
    {
        using var first = new Workspace();
        using var second = new Workspace();
        Assert.Equal(0, first.Synthesize().ExitCode);
        Dictionary<string, string> elsewhere = new() { ["LC_ALL"] = "tr_TR.UTF-8", ["LANG"] = "tr_TR.UTF-8", ["TZ"] = "Asia/Tokyo", ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "0" };
        ChildResult result = ChildProcess.Run(
            "dotnet", second.Folder, elsewhere, ChildProcess.CommandLine,
            "synthesize", "--checkpoint-file", "model.onnx", "--config-file", "network.yaml", "--sample-input", "sample.npy", "--prefix", "p", "--test-dir", "out");
        Assert.True(result.ExitCode == 0, result.Error);
        string[] files = [.. Directory.EnumerateFiles(first["out", "p"]).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
        Assert.Equal(files, Directory.EnumerateFiles(second["out", "p"]).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        foreach (string file in files) Assert.Equal(File.ReadAllBytes(first["out", "p", file]), File.ReadAllBytes(second["out", "p", file]));
    }

    private static string[] Rows(string file) => [.. File.ReadLines(file).Select(line => string.Join(',', line.Split(',').Where((_, i) => i != line.Split(',').Length - LabelFromEnd)))];
}
