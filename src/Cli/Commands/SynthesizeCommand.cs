// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.CommandLine.Parsing;
using Ai8x.Cli.Commands.Synthesis;
using Ai8x.CodeGen;
using Ai8x.Flow;

namespace Ai8x.Cli.Commands;

/// <summary><c>ai8x synthesize</c>. docs/synthesize.md lists its options together with those of the vendor's tool that it refuses.</summary>
internal sealed class SynthesizeCommand
{
    private readonly Option<string> _checkpoint = new("--checkpoint-file") { Description = "ONNX model, or a folder with integer weights_layerN.npy and bias_layerN.npy.", HelpName = "FILE" };
    private readonly Option<string> _config = CommonOptions.ConfigFile();
    private readonly Option<string> _sample = new("--sample-input") { Description = "Sample (.npy, signed integers, channel first) for the known answer.", HelpName = "FILE" };
    private readonly Option<string> _prefix = new("--prefix") { Description = "Name of the project and of its folder.", HelpName = "NAME" };
    private readonly Option<string> _testDir = new("--test-dir") { Description = "Folder that receives the project's folder.", DefaultValueFactory = _ => "projects", HelpName = "DIR" };
    private readonly Option<bool> _all = new("--all") { Description = "Generate every example of the folder networks/ from the models in --export-dir." };
    private readonly Option<string> _exportDir = new("--export-dir") { Description = "With --all: folder with NAME/saved_model.onnx and NAME/sampledata.npy.", DefaultValueFactory = _ => "export", HelpName = "DIR" };
    private readonly Option<bool> _softmax = new("--softmax") { Description = "Let the project compute the soft-max of the result." };
    private readonly Option<bool> _dequantized = new("--generate-dequantized-onnx-file") { Description = "Write NAME_dq.onnx with quantized weights beside the ONNX model." };
    private readonly Option<string> _dump = new("--dump-program") { Description = "Also write the program as vector files into this folder.", HelpName = "DIR" };
    private readonly Option<string> _dumpPlacement = new("--dump-placement") { Description = "Also write the placement in words into this file (with --all: folder).", HelpName = "FILE" };
    private readonly Option<string> _maps = new("--maps") { Description = "Also write kernel, data and bias maps as text and SVG into this folder, even if the network does not fit.", HelpName = "DIR" };
    private readonly Option<string> _device = OptionValues.Choice("--device", "Target; only MAX78000.", "MAX78000", "MAX78000");
    private readonly Option<string> _topLevel = OptionValues.Choice("--top-level", "Prefix of the generated functions; only cnn.", "cnn", "cnn");
    private readonly Option<bool> _displayCheckpoint = new("--display-checkpoint") { Description = "List the arrays of weights and bias." };
    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "List every access of the program with its fields." };
    private readonly Option<bool> _log = new("--log", "-L") { Description = "Write the report to log.txt in the project's folder." };
    private readonly Option<bool> _round = new("--avg-pool-rounding") { Description = "Round the results of average pooling." };
    private readonly Option<bool> _reshape = new("--reshape-inputs") { Description = "Let in_channels and in_channel_skip drop input channels." };
    private readonly Option<string> _json = CommonOptions.Json();
    private readonly QuantizationArguments _quantization = new();
    private readonly ProjectArguments _project = new();
    private readonly DescriptionArguments _description = new();
    private readonly ProgramArguments _program = new();
    private readonly Terminal _terminal;

    private SynthesizeCommand(Terminal terminal) => _terminal = terminal;

    public static Command Create(Terminal terminal) => new SynthesizeCommand(terminal).Build();

    private Command Build()
    {
        var command = new Command("synthesize", """
            Quantizes a model, places it in the accelerator and writes the C project.

            Examples:
              ai8x synthesize --checkpoint-file export/mnist/saved_model.onnx --config-file networks/mnist.yaml \
                --sample-input export/mnist/sampledata.npy --prefix mnist --test-dir projects --softmax
              ai8x synthesize --all --softmax
            """)
        {
            _checkpoint, _config, _sample, _prefix, _testDir, _all, _exportDir, _softmax, _dequantized, _dump, _dumpPlacement, _maps, _device, _topLevel, _displayCheckpoint, _verbose, _log,
            _round, _reshape,
            new Option<bool>("--compact-data") { Description = "Accepted: data is always loaded by block copies." },
            new Option<bool>("--no-compact-data") { Description = "Accepted: the program is the same." },
            new Option<bool>("--embedded-code", "-e") { Description = "Accepted: the project is always embedded code." },
            _json,
        };
        _quantization.AddTo(command);
        _description.AddTo(command);
        _program.AddTo(command);
        _project.AddTo(command);
        RefusedOptions.AddTo(command);
        command.AddRule(CheckInputs);
        command.KeepInputs([_checkpoint, _config, _sample], _dumpPlacement, _json);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private void CheckInputs(CommandResult result)
    {
        Option<string>[] inputs = [_checkpoint, _sample, _prefix];
        if (result.GetValue(_all))
        {
            foreach (Option<string> input in inputs.Where(input => result.GetValue(input) is not null)) result.AddError($"{input.Name} and --all contradict each other.");
            return;
        }

        foreach (Option<string> input in inputs.Where(input => result.GetValue(input) is null)) result.AddError($"synthesize needs {input.Name}, or --all.");
        if (result.IsGiven(_exportDir)) result.AddError("--export-dir belongs to --all.");
    }

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        ProjectOptions project = _project.Read(parsed);
        var options = new SynthesizeOptions
        {
            CheckpointFile = parsed.GetValue(_checkpoint) ?? "",
            ConfigFile = parsed.GetValue(_config),
            SampleInput = parsed.GetValue(_sample) ?? "",
            Prefix = parsed.GetValue(_prefix) ?? "",
            TestDirectory = parsed.GetValue(_testDir)!,
            DequantizedOnnx = parsed.GetValue(_dequantized),
            DumpProgram = parsed.GetValue(_dump),
            DumpPlacement = parsed.GetValue(_dumpPlacement),
            Maps = parsed.GetValue(_maps),
            DisplayCheckpoint = parsed.GetValue(_displayCheckpoint),
            Verbose = parsed.GetValue(_verbose),
            Log = parsed.GetValue(_log),
            Quantization = _quantization.Read(parsed) with { RoundAveragePooling = parsed.GetValue(_round), ReshapeInputs = parsed.GetValue(_reshape) },
            Changes = _description.Read(parsed),
            Program = _program.Read(parsed) with { Softmax = parsed.GetValue(_softmax), Riscv = project.Riscv is not null },
            Project = project,
        };
        string? json = parsed.GetValue(_json);
        ResultJson.Require(json);
        if (parsed.GetValue(_all))
        {
            ResultJson.Write(json, _terminal.Watch(observer => ExamplesFlow.Run(parsed.GetValue(_config), parsed.GetValue(_exportDir)!, options, observer, cancellation)));
        }
        else
        {
            ResultJson.Write(json, _terminal.Watch(observer => SynthesisFlow.Run(options, observer, cancellation)));
        }

        return ExitCode.Ok;
    }
}
