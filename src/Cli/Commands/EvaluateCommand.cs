// SPDX-License-Identifier: MIT
using System.CommandLine;
using Ai8x.Flow;

namespace Ai8x.Cli.Commands;

/// <summary><c>ai8x evaluate</c>.</summary>
internal static class EvaluateCommand
{
    public static Command Create(Terminal terminal)
    {
        var onnx = new Option<string>("--onnx-file") { Description = "Model, float or dequantized.", HelpName = "FILE" };
        var dataset = new Option<string>("--dataset") { Description = "Data set, for example mnist.", HelpName = "NAME" };
        var all = new Option<bool>("--all") { Description = "Evaluate every model in --export-dir on its data set." };
        var exportDir = new Option<string>("--export-dir") { Description = "With --all: folder with DATASET/saved_model.onnx and, where made, saved_model_dq.onnx.", DefaultValueFactory = _ => "export", HelpName = "DIR" };
        var logDir = new Option<string>("--log-dir") { Description = "Folder that receives the log of the evaluation.", DefaultValueFactory = _ => "logs", HelpName = "DIR" };
        var part = OptionValues.Choice(
            "--part", "Part of the data set; test are the official test samples.", DatasetPart.Test, ("train", DatasetPart.Train), ("valid", DatasetPart.Valid), ("test", DatasetPart.Test));
        var integer = new Option<bool>("--integer") { Description = "Evaluate the chip's integer arithmetic; the placement is planned unless --config-file gives one." };
        var nchw = new Option<bool>("--inputs-as-nchw") { Description = "Accepted for the seed's command lines; the layout comes from the file." };
        Option<string> dataDir = CommonOptions.DataDir(), cacheDir = CommonOptions.CacheDir(), config = CommonOptions.ConfigFile();
        Option<bool> seedSplits = CommonOptions.SeedSplits();
        Option<long?> memoryLimit = CommonOptions.MemoryLimit();
        Option<int> threads = CommonOptions.Threads();
        Option<string> json = CommonOptions.Json();
        var quantization = new QuantizationArguments();
        var command = new Command("evaluate", """
            Counts how many samples a model gets right: accuracy, confusion matrix, scores of each class, and where float and integer disagree.

            Examples:
              ai8x evaluate --onnx-file export/mnist/saved_model.onnx --dataset mnist
              ai8x evaluate --onnx-file export/mnist/saved_model.onnx --dataset mnist --integer --config-file networks/mnist.yaml
              ai8x evaluate --all --integer
            """)
        {
            onnx, dataset, all, exportDir, dataDir, cacheDir, memoryLimit, part, seedSplits, integer, config, nchw, threads, logDir, json,
        };
        quantization.AddTo(command);
        command.AddRule(result =>
        {
            Option<string>[] inputs = [onnx, dataset];
            if (!result.GetValue(integer))
            {
                foreach (Option option in quantization.OfIntegersOnly.Where(result.IsGiven)) result.AddError($"{option.Name} belongs to --integer.");
            }

            if (result.GetValue(all))
            {
                foreach (Option<string> input in inputs.Where(input => result.GetValue(input) is not null)) result.AddError($"{input.Name} and --all contradict each other.");
                return;
            }

            foreach (Option<string> input in inputs.Where(input => result.GetValue(input) is null)) result.AddError($"evaluate needs {input.Name}, or --all.");
            if (result.IsGiven(exportDir)) result.AddError("--export-dir belongs to --all.");
        });
        command.KeepInputs([onnx, config], json);
        command.SetAction((parsed, cancellation) =>
        {
            var options = new EvaluateOptions
            {
                OnnxFile = parsed.GetValue(onnx) ?? "",
                Dataset = parsed.GetValue(dataset) ?? "",
                DataDirectory = parsed.GetValue(dataDir),
                Part = parsed.GetValue(part),
                SeedSplits = parsed.GetValue(seedSplits),
                CacheDirectory = parsed.GetValue(cacheDir),
                MemoryLimit = parsed.GetValue(memoryLimit),
                OnChipArithmetic = parsed.GetValue(integer),
                ConfigFile = parsed.GetValue(config),
                Quantization = quantization.Read(parsed),
                Threads = parsed.GetValue(threads),
                LogDirectory = parsed.GetValue(logDir),
            };
            string? file = parsed.GetValue(json);
            ResultJson.Require(file);
            if (parsed.GetValue(all)) ResultJson.Write(file, terminal.Watch(observer => ExamplesEvaluation.Run(parsed.GetValue(exportDir)!, options.ConfigFile, options, observer, cancellation)));
            else ResultJson.Write(file, terminal.Watch(observer => EvaluationFlow.Run(options, observer, cancellation)));
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }
}
