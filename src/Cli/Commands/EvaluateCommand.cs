// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.CommandLine.Parsing;
using Ai8x.Flow;

namespace Ai8x.Cli.Commands;

/// <summary><c>ai8x evaluate</c>.</summary>
internal sealed class EvaluateCommand
{
    private readonly Option<string> _onnx = new("--onnx-file") { Description = "Model, float or dequantized.", HelpName = "FILE" };
    private readonly Option<string> _dataset = new("--dataset") { Description = "Data set, for example mnist.", HelpName = "NAME" };
    private readonly Option<bool> _all = new("--all") { Description = "Evaluate every model in --export-dir on its data set." };
    private readonly Option<string> _exportDir = new("--export-dir") { Description = "With --all: folder with DATASET/saved_model.onnx and, where made, saved_model_dq.onnx.", DefaultValueFactory = _ => "export", HelpName = "DIR" };
    private readonly Option<string> _logDir = new("--log-dir") { Description = "Folder that receives the log of the evaluation.", DefaultValueFactory = _ => "logs", HelpName = "DIR" };
    private readonly Option<DatasetPart> _part = OptionValues.Choice(
        "--part", "Part of the data set; test are the official test samples.", DatasetPart.Test, ("train", DatasetPart.Train), ("valid", DatasetPart.Valid), ("test", DatasetPart.Test));
    private readonly Option<bool> _integer = new("--integer") { Description = "Evaluate the chip's integer arithmetic; the placement is planned unless --config-file gives one." };
    private readonly Option<bool> _nchw = new("--inputs-as-nchw") { Description = "Accepted for the seed's command lines; the layout comes from the file." };
    private readonly Option<string> _dataDir = CommonOptions.DataDir();
    private readonly Option<string> _cacheDir = CommonOptions.CacheDir();
    private readonly Option<string> _config = CommonOptions.ConfigFile();
    private readonly Option<bool> _seedSplits = CommonOptions.SeedSplits();
    private readonly Option<long?> _memoryLimit = CommonOptions.MemoryLimit();
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<string> _json = CommonOptions.Json();
    private readonly QuantizationArguments _quantization = new();
    private readonly Terminal _terminal;

    private EvaluateCommand(Terminal terminal) => _terminal = terminal;

    public static Command Create(Terminal terminal) => new EvaluateCommand(terminal).Build();

    private Command Build()
    {
        var command = new Command("evaluate", """
            Counts how many samples a model gets right: accuracy, confusion matrix, scores of each class, and where float and integer disagree.

            Examples:
              ai8x evaluate --onnx-file export/mnist/saved_model.onnx --dataset mnist
              ai8x evaluate --onnx-file export/mnist/saved_model.onnx --dataset mnist --integer --config-file networks/mnist.yaml
              ai8x evaluate --all --integer
            """)
        {
            _onnx, _dataset, _all, _exportDir, _dataDir, _cacheDir, _memoryLimit, _part, _seedSplits, _integer, _config, _nchw, _threads, _logDir, _json,
        };
        _quantization.AddTo(command);
        command.AddRule(CheckInputs);
        command.KeepInputs([_onnx, _config], _json);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private void CheckInputs(CommandResult result)
    {
        Option<string>[] inputs = [_onnx, _dataset];
        if (!result.GetValue(_integer))
        {
            foreach (Option option in _quantization.OfIntegersOnly.Where(result.IsGiven)) result.AddError($"{option.Name} belongs to --integer.");
        }

        if (result.GetValue(_all))
        {
            foreach (Option<string> input in inputs.Where(input => result.GetValue(input) is not null)) result.AddError($"{input.Name} and --all contradict each other.");
            return;
        }

        foreach (Option<string> input in inputs.Where(input => result.GetValue(input) is null)) result.AddError($"evaluate needs {input.Name}, or --all.");
        if (result.IsGiven(_exportDir)) result.AddError("--export-dir belongs to --all.");
    }

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var options = new EvaluateOptions
        {
            OnnxFile = parsed.GetValue(_onnx) ?? "",
            Dataset = parsed.GetValue(_dataset) ?? "",
            DataDirectory = parsed.GetValue(_dataDir),
            Part = parsed.GetValue(_part),
            SeedSplits = parsed.GetValue(_seedSplits),
            CacheDirectory = parsed.GetValue(_cacheDir),
            MemoryLimit = parsed.GetValue(_memoryLimit),
            OnChipArithmetic = parsed.GetValue(_integer),
            ConfigFile = parsed.GetValue(_config),
            Quantization = _quantization.Read(parsed),
            Threads = parsed.GetValue(_threads),
            LogDirectory = parsed.GetValue(_logDir),
        };
        string? file = parsed.GetValue(_json);
        ResultJson.Require(file);
        if (parsed.GetValue(_all)) ResultJson.Write(file, _terminal.Watch(observer => ExamplesEvaluation.Run(parsed.GetValue(_exportDir)!, options.ConfigFile, options, observer, cancellation)));
        else ResultJson.Write(file, _terminal.Watch(observer => EvaluationFlow.Run(options, observer, cancellation)));
        return ExitCode.Ok;
    }
}
