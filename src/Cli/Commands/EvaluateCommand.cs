// SPDX-License-Identifier: MIT
using System.CommandLine;
using Ai8x.Flow;

namespace Ai8x.Cli.Commands;

/// <summary><c>ai8x evaluate</c>.</summary>
internal static class EvaluateCommand
{
    public static Command Create(Terminal terminal)
    {
        var onnx = new Option<string>("--onnx-file") { Description = "Model, float or dequantized.", Required = true, HelpName = "FILE" };
        var dataset = new Option<string>("--dataset") { Description = "Data set, for example mnist.", Required = true, HelpName = "NAME" };
        var part = new Option<DatasetPart>("--part") { Description = "Part of the data set: train, valid or test (the official test samples).", DefaultValueFactory = _ => DatasetPart.Test };
        var integer = new Option<bool>("--integer") { Description = "Evaluate the chip's integer arithmetic; needs --config-file." };
        var nchw = new Option<bool>("--inputs-as-nchw") { Description = "Accepted for the seed's command lines; the layout comes from the file." };
        Option<string> dataDir = CommonOptions.DataDir(), config = CommonOptions.ConfigFile();
        Option<bool> seedSplits = CommonOptions.SeedSplits();
        Option<int> threads = CommonOptions.Threads();
        Option<FileInfo> json = CommonOptions.Json();
        var quantization = new QuantizationArguments();
        var command = new Command("evaluate", """
            Counts how many samples a model gets right and prints the confusion matrix.

            Examples:
              ai8x evaluate --onnx-file export/mnist/saved_model.onnx --dataset mnist
              ai8x evaluate --onnx-file export/mnist/saved_model.onnx --dataset mnist --integer --config-file networks/mnist.yaml
            """)
        {
            onnx, dataset, dataDir, part, seedSplits, integer, config, nchw, threads, json,
        };
        quantization.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var options = new EvaluateOptions
            {
                OnnxFile = parsed.GetValue(onnx)!,
                Dataset = parsed.GetValue(dataset)!,
                DataDirectory = parsed.GetValue(dataDir),
                Part = parsed.GetValue(part),
                SeedSplits = parsed.GetValue(seedSplits),
                OnChipArithmetic = parsed.GetValue(integer),
                ConfigFile = parsed.GetValue(config),
                Quantization = quantization.Read(parsed),
                Threads = parsed.GetValue(threads),
            };
            EvaluateResult result = terminal.Watch(observer => EvaluationFlow.Run(options, observer, cancellation));
            ResultJson.Write(parsed.GetValue(json)?.FullName, result);
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }
}
