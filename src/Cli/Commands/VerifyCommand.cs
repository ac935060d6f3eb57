// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.CommandLine.Parsing;
using Ai8x.Flow;

namespace Ai8x.Cli.Commands;

/// <summary><c>ai8x verify</c>.</summary>
internal sealed class VerifyCommand
{
    private readonly Option<string> _checkpoint = new("--checkpoint-file") { Description = "ONNX model, or a folder with integer arrays.", HelpName = "FILE" };
    private readonly Option<string> _config = CommonOptions.ConfigFile();
    private readonly Option<string> _sample = new("--sample-input") { Description = "One sample (.npy) to verify.", HelpName = "FILE" };
    private readonly Option<int> _images = OptionValues.Integer("--images", "Test images of --dataset to verify.", 1, 1_000_000, 10);
    private readonly Option<string> _testDir = new("--test-dir") { Description = "Folder that keeps the C project; without it a temporary one is used.", HelpName = "DIR" };
    private readonly Option<string> _prefix = new("--prefix") { Description = "Name of the project.", DefaultValueFactory = _ => "verify", HelpName = "NAME" };
    private readonly Option<string> _json = CommonOptions.Json();
    private readonly TrainArguments _training = new(required: false);
    private readonly QuantizationArguments _quantization;
    private readonly Terminal _terminal;

    private VerifyCommand(Terminal terminal)
    {
        _terminal = terminal;
        _quantization = new QuantizationArguments(_training.InputScale);
    }

    public static Command Create(Terminal terminal) => new VerifyCommand(terminal).Build();

    private Command Build()
    {
        var command = new Command("verify", """
            Proves a model from its file to the simulated chip: exit code 0 only if every witness agrees bit for bit.

            Examples:
              ai8x verify --checkpoint-file export/mnist/saved_model.onnx --config-file networks/mnist.yaml --dataset mnist --images 100
              ai8x verify --model mnist_model --dataset mnist --epochs 3 --config-file networks/mnist.yaml --images 20
            """)
        {
            _checkpoint, _config, _sample, _images, _testDir, _prefix, _json,
        };
        _training.AddTo(command);
        _quantization.AddTo(command);
        command.AddRule(CheckInputs);
        command.KeepInputs([_checkpoint, _config, _sample], _json);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private void CheckInputs(CommandResult result)
    {
        bool trains = result.GetValue(_training.Model) is not null, hasDataset = result.GetValue(_training.Dataset) is not null, hasSample = result.GetValue(_sample) is not null;
        Require(trains != result.GetValue(_checkpoint) is not null, "verify takes either --checkpoint-file, or --model to train first.");
        Require(!trains || hasDataset, "--model needs --dataset to train on.");
        Require(hasSample || hasDataset, "verify needs --sample-input, or --dataset with --images.");
        Require(!hasSample || !result.IsGiven(_images), "--images belongs to --dataset without --sample-input.");
        foreach (Option option in _training.OfTrainingOnly.Where(result.IsGiven)) Require(trains, $"{option.Name} belongs to --model, which trains first.");
        foreach (Option option in _training.OfData.Where(result.IsGiven)) Require(trains || !hasSample, $"{option.Name} belongs to verify without --sample-input, or with --model.");

        void Require(bool holds, string rule)
        {
            if (!holds) result.AddError(rule);
        }
    }

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        bool trains = parsed.GetValue(_training.Model) is not null;
        string? file = parsed.GetValue(_json);
        ResultJson.Require(file);
        VerifyOptions options = Read(parsed);
        VerifyResult result = _terminal.Watch(observer =>
        {
            if (!trains) return VerificationFlow.Run(options, observer, cancellation);
            VerificationFlow.CheckBeforeTraining(options);
            TrainResult trained = TrainingFlow.Run(_training.Read(parsed), observer, cancellation);
            return VerificationFlow.Run(options with { CheckpointFile = trained.OnnxFile }, observer, cancellation);
        });
        ResultJson.Write(file, result);
        if (!result.Passed) _terminal.Error.WriteLine(result.Verdict);
        return result.Passed ? ExitCode.Ok : ExitCode.Mismatch;
    }

    private VerifyOptions Read(ParseResult parsed) => new()
    {
        CheckpointFile = parsed.GetValue(_checkpoint) ?? "",
        ConfigFile = parsed.GetValue(_config),
        SampleInput = parsed.GetValue(_sample),
        Dataset = parsed.GetValue(_training.Dataset),
        DataDirectory = parsed.GetValue(_training.DataDir),
        SeedSplits = parsed.GetValue(_training.SeedSplits),
        CacheDirectory = parsed.GetValue(_training.CacheDir),
        MemoryLimit = parsed.GetValue(_training.MemoryLimit),
        Images = parsed.GetValue(_images),
        TestDirectory = parsed.GetValue(_testDir),
        Prefix = parsed.GetValue(_prefix)!,
        Threads = parsed.GetValue(_training.Threads),
        Quantization = _quantization.Read(parsed),
    };
}
