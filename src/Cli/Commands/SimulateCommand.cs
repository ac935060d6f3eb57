// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Ai8x.Flow;

namespace Ai8x.Cli.Commands;

/// <summary><c>ai8x simulate</c>.</summary>
internal sealed class SimulateCommand
{
    private readonly Argument<string> _directory = new("DIR") { Description = "Folder with a C project.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string> _program = new("--program") { Description = "Folder with vector files (program.csv, kernels.txt, ...) instead of a C project.", HelpName = "DIR" };
    private readonly Option<string[]> _trace = new("--trace") { Description = "Write the course of the inference: .json trace events for Perfetto, .vcd waveforms, .csv a table. May be repeated.", HelpName = "FILE" };
    private readonly Option<(long, long)?> _window = new("--window") { Description = "Cycles for .vcd and .csv: from A up to, but without, B.", HelpName = "A:B", CustomParser = ParseWindow };
    private readonly Option<string> _dump = new("--dump-layers") { Description = "Write what each layer computed as layer_NN_out.npy to this folder.", HelpName = "DIR" };
    private readonly Option<string> _compare = new("--compare") { Description = "Compare each layer with layer_NN_out.npy in this folder; the first difference is named.", HelpName = "DIR" };
    private readonly Option<int?> _until = OptionValues.Integer("--until-layer", "Stop behind this hardware layer; the known answer is not checked then.", 0, 31);
    private readonly Option<int> _images = OptionValues.Integer("--images", "Run the program's sample this often; every answer is compared.", 1, 1_000_000, 1);
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<bool> _lenient = new("--lenient") { Description = "Go on where the program does what the chip does not define (reserved bits, data that nobody wrote); without it that is an error." };
    private readonly Option<string> _config = CommonOptions.ConfigFile();
    private readonly Option<string> _checkpoint = new("--checkpoint-file") { Description = "The description's model, or its folder of integer arrays; with --config-file layers are channels, not slots.", HelpName = "FILE" };
    private readonly Option<string> _sample = new("--sample-input") { Description = "For a folder of integer arrays: a sample with the shape of its input (default: sample.npy there).", HelpName = "FILE" };
    private readonly Option<string> _json = CommonOptions.Json();
    private readonly Terminal _terminal;

    private SimulateCommand(Terminal terminal) => _terminal = terminal;

    public static Command Create(Terminal terminal) => new SimulateCommand(terminal).Build();

    private Command Build()
    {
        var command = new Command("simulate", """
            Runs a generated project on the simulated accelerator and checks its known answer.

            Examples:
              ai8x simulate projects/mnist
              ai8x simulate --program vectors --json result.json
              ai8x simulate projects/mnist --trace mnist.json --trace start.vcd --window 0:500
              ai8x simulate projects/mnist --compare expected --until-layer 2
            """)
        {
            _directory, _program, _trace, _window, _dump, _compare, _until, _images, _threads, _lenient, _config, _checkpoint, _sample, _json,
        };
        command.AddRule(result =>
        {
            if (result.GetValue(_directory) is null == result.GetValue(_program) is null)
                result.AddError("simulate takes either a folder with a C project or --program with a folder of vector files.");
        });
        command.KeepInputs([_config, _checkpoint, _sample], _json);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        string? vectors = parsed.GetValue(_program), file = parsed.GetValue(_json);
        var options = new SimulateOptions
        {
            Directory = vectors ?? parsed.GetValue(_directory)!,
            Vectors = vectors is not null,
            Lenient = parsed.GetValue(_lenient),
            Traces = [.. parsed.GetValue(_trace) ?? []],
            Window = parsed.GetValue(_window),
            DumpLayers = parsed.GetValue(_dump),
            Compare = parsed.GetValue(_compare),
            UntilLayer = parsed.GetValue(_until),
            Images = parsed.GetValue(_images),
            Threads = parsed.GetValue(_threads),
            ConfigFile = parsed.GetValue(_config),
            CheckpointFile = parsed.GetValue(_checkpoint),
            SampleInput = parsed.GetValue(_sample),
        };
        ResultJson.Require(file);
        SimulateResult result = _terminal.Watch(observer => SimulationFlow.Run(options, observer, cancellation));
        ResultJson.Write(file, result);
        if (!result.Passed) _terminal.Error.WriteLine(result.Verdict);
        return result.Passed ? ExitCode.Ok : ExitCode.Mismatch;
    }

    private static (long, long)? ParseWindow(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        string[] parts = text.Split(':');
        if (parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long first)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long end)
            && first < end)
        {
            return (first, end);
        }

        result.AddError($"--window '{text}': write two cycle numbers, the first below the second, for example 0:500.");
        return null;
    }
}
