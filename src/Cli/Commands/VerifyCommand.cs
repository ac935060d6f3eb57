// SPDX-License-Identifier: MIT
using System.CommandLine;
using Ai8x.Flow;

namespace Ai8x.Cli.Commands;

/// <summary><c>ai8x verify</c>.</summary>
internal static class VerifyCommand
{
    public static Command Create(Terminal terminal)
    {
        var checkpoint = new Option<string>("--checkpoint-file") { Description = "ONNX model, or a folder with integer arrays.", HelpName = "FILE" };
        Option<string> config = CommonOptions.ConfigFile();
        var sample = new Option<string>("--sample-input") { Description = "One sample (.npy) to verify.", HelpName = "FILE" };
        Option<int> images = OptionValues.Integer("--images", "Test images of --dataset to verify.", 1, 1_000_000, 10);
        var testDir = new Option<string>("--test-dir") { Description = "Folder that keeps the C project; without it a temporary one is used.", HelpName = "DIR" };
        var prefix = new Option<string>("--prefix") { Description = "Name of the project.", DefaultValueFactory = _ => "verify", HelpName = "NAME" };
        Option<string> json = CommonOptions.Json();
        var training = new TrainArguments(required: false);
        var quantization = new QuantizationArguments(training.InputScale);
        var command = new Command("verify", """
            Proves a model from its file to the simulated chip: exit code 0 only if every witness agrees bit for bit.

            Examples:
              ai8x verify --checkpoint-file export/mnist/saved_model.onnx --config-file networks/mnist.yaml --dataset mnist --images 100
              ai8x verify --model mnist_model --dataset mnist --epochs 3 --config-file networks/mnist.yaml --images 20
            """)
        {
            checkpoint, config, sample, images, testDir, prefix, json,
        };
        training.AddTo(command);
        quantization.AddTo(command);
        command.AddRule(result =>
        {
            bool trains = result.GetValue(training.Model) is not null;
            bool hasDataset = result.GetValue(training.Dataset) is not null;
            bool hasSample = result.GetValue(sample) is not null;
            Require(trains != result.GetValue(checkpoint) is not null, "verify takes either --checkpoint-file, or --model to train first.");
            Require(!trains || hasDataset, "--model needs --dataset to train on.");
            Require(hasSample || hasDataset, "verify needs --sample-input, or --dataset with --images.");
            Require(!hasSample || !result.IsGiven(images), "--images belongs to --dataset without --sample-input.");
            foreach (Option option in training.OfTrainingOnly.Where(result.IsGiven)) Require(trains, $"{option.Name} belongs to --model, which trains first.");
            foreach (Option option in new Option[] { training.Dataset, training.DataDir, training.SeedSplits, training.CacheDir, training.MemoryLimit }.Where(result.IsGiven))
                Require(trains || !hasSample, $"{option.Name} belongs to verify without --sample-input, or with --model.");

            void Require(bool holds, string rule)
            {
                if (!holds) result.AddError(rule);
            }
        });
        command.KeepInputs([checkpoint, config, sample], json);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;

        int Run(ParseResult parsed, CancellationToken cancellation)
        {
            bool trains = parsed.GetValue(training.Model) is not null;
            string? file = parsed.GetValue(json);
            ResultJson.Require(file);
            var options = new VerifyOptions
            {
                CheckpointFile = parsed.GetValue(checkpoint) ?? "",
                ConfigFile = parsed.GetValue(config),
                SampleInput = parsed.GetValue(sample),
                Dataset = parsed.GetValue(training.Dataset),
                DataDirectory = parsed.GetValue(training.DataDir),
                SeedSplits = parsed.GetValue(training.SeedSplits),
                CacheDirectory = parsed.GetValue(training.CacheDir),
                MemoryLimit = parsed.GetValue(training.MemoryLimit),
                Images = parsed.GetValue(images),
                TestDirectory = parsed.GetValue(testDir),
                Prefix = parsed.GetValue(prefix)!,
                Threads = parsed.GetValue(training.Threads),
                Quantization = quantization.Read(parsed),
            };
            VerifyResult result = terminal.Watch(observer =>
            {
                if (!trains) return VerificationFlow.Run(options, observer, cancellation);
                VerificationFlow.CheckBeforeTraining(options);
                TrainResult trained = TrainingFlow.Run(training.Read(parsed), observer, cancellation);
                return VerificationFlow.Run(options with { CheckpointFile = trained.OnnxFile }, observer, cancellation);
            });
            ResultJson.Write(file, result);
            if (!result.Passed) terminal.Error.WriteLine(result.Verdict);
            return result.Passed ? ExitCode.Ok : ExitCode.Mismatch;
        }
    }
}
