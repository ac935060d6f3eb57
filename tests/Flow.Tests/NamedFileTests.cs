// SPDX-License-Identifier: MIT
namespace Ai8x.Flow.Tests;

/// <summary>What an option names is looked at before any work: the message says the option, the path, what is wrong and what to do, and nothing is written.</summary>
public sealed class NamedFileTests : IDisposable
{
    private readonly SmallNetwork _network = new();

    public void Dispose() => _network.Dispose();

    [Fact]
    public void Outputs_ThatAreFoldersOrLieInFiles_AreRefusedBeforeAnythingIsWritten()
    {
        string[] before = [.. Directory.EnumerateFileSystemEntries(_network.Folder).Order(StringComparer.Ordinal)];
        string inFile = Path.Combine(_network.Sample, "below", "x");
        Refused(() => ResultJson.Require(_network.Folder), $"--json '{_network.Folder}': this is a folder. Name a file.");
        Refused(() => ResultJson.Require(_network.Folder + "/new/"), $"--json '{_network.Folder}/new/': this is a folder. Name a file.");
        Refused(() => ResultJson.Require(inFile), $"--json '{inFile}': '{_network.Sample}' is a file, not a folder. Name another file.");
        Refused(() => Plan(output: _network.Folder), $"--output '{_network.Folder}': this is a folder. Name a file.");
        Refused(() => Plan(drawing: inFile), $"--svg '{inFile}': '{_network.Sample}' is a file, not a folder. Name another file.");
        Refused(() => Simulate(trace: inFile + ".csv"), $"--trace '{inFile}.csv': '{_network.Sample}' is a file, not a folder. Name another file.");
        Refused(() => Synthesize(placement: _network.Folder), $"--dump-placement '{_network.Folder}': this is a folder. Name a file.");
        Assert.Equal(before, Directory.EnumerateFileSystemEntries(_network.Folder).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Output_InAFolderThatDoesNotExistYet_LeavesNothingBehind()
    {
        string file = Path.Combine(_network.Folder, "a", "b", "result.json");
        ResultJson.Require(file);
        Assert.False(Directory.Exists(Path.Combine(_network.Folder, "a")));
        ResultJson.Require(null);
    }

    [Fact]
    public void Inputs_ThatAreNotThere_AreNamed()
    {
        string none = Path.Combine(_network.Folder, "none");
        Refused(() => Plan(model: none), $"--onnx-file '{none}': there is no such file. Check the path.");
        Refused(() => Plan(model: _network.Folder), $"--onnx-file '{_network.Folder}': this is a folder. Name a file.");
        Refused(() => Plan(config: none), $"--config-file '{none}': there is no such file. Check the path.");
        Refused(() => Synthesize(model: none), $"--checkpoint-file '{none}': there is no such file. Check the path.");
        Refused(() => Synthesize(config: _network.Folder), $"--config-file '{_network.Folder}': this is a folder. Name a file.");
        Refused(() => Synthesize(sample: none), $"--sample-input '{none}': there is no such file. Check the path.");
        Refused(() => Simulate(folder: none), $"DIR '{none}': there is no such folder. Check the path.");
        Refused(() => Simulate(folder: _network.Sample), $"DIR '{_network.Sample}': this is a file. Name a folder.");
        Refused(() => Simulate(compare: none), $"--compare '{none}': there is no such folder. Check the path.");
        Refused(() => Evaluate(none), $"--onnx-file '{none}': there is no such file. Check the path.");
        Refused(() => Verify(sample: none), $"--sample-input '{none}': there is no such file. Check the path.");
        Refused(() => Verify(config: none), $"--config-file '{none}': there is no such file. Check the path.");
    }

    [Fact]
    public void SampleOfSimulate_BelongsToAFolderOfIntegerArrays() =>
        Refused(() => Simulate(sample: _network.Sample), "--sample-input: only a folder of integer arrays as --checkpoint-file needs it, because they do not say what their input is. Leave it out.");

    [Theory]
    [InlineData("")]
    [InlineData(" blank")]
    [InlineData("two\nlines")]
    [InlineData("bell\a")]
    public void DatasetOfAPlan_IsTextThatADescriptionCanHold(string name)
    {
        FlowException refusal = Assert.Throws<FlowException>(() => Plan(dataset: name));
        Assert.Contains("1 to 128 printable characters", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(refusal.Message, char.IsControl);
    }

    private static void Refused(Action run, string message) => Assert.Equal(message, Assert.Throws<FlowException>(run).Message);

    private void Plan(string? model = null, string? output = null, string? drawing = null, string? config = null, string? dataset = null) => PlanFlow.Run(
        new PlanCommandOptions { OnnxFile = model ?? _network.Onnx, Output = output ?? Path.Combine(_network.Folder, "plan.yaml"), Drawing = drawing, ConfigFile = config, Dataset = dataset },
        FlowObserver.Silent,
        CancellationToken.None);

    private void Synthesize(string? model = null, string? config = null, string? sample = null, string? placement = null) => SynthesisFlow.Run(
        new SynthesizeOptions
        {
            CheckpointFile = model ?? _network.Onnx,
            ConfigFile = config ?? _network.Yaml,
            SampleInput = sample ?? _network.Sample,
            Prefix = "small",
            TestDirectory = Path.Combine(_network.Folder, "projects"),
            DumpPlacement = placement,
        },
        FlowObserver.Silent,
        CancellationToken.None);

    private void Simulate(string? folder = null, string? trace = null, string? compare = null, string? sample = null) => SimulationFlow.Run(
        new SimulateOptions { Directory = folder ?? _network.Folder, Traces = trace is null ? [] : [trace], Compare = compare, SampleInput = sample }, FlowObserver.Silent, CancellationToken.None);

    private static void Evaluate(string model) =>
        EvaluationFlow.Run(new EvaluateOptions { OnnxFile = model, Dataset = "fashionmnist-sample" }, FlowObserver.Silent, CancellationToken.None);

    private void Verify(string? sample = null, string? config = null) => VerificationFlow.Run(
        new VerifyOptions { CheckpointFile = _network.Onnx, ConfigFile = config ?? _network.Yaml, SampleInput = sample ?? _network.Sample }, FlowObserver.Silent, CancellationToken.None);
}
