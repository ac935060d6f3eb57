// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Ai8x.Flow;

namespace Ai8x.Cli.Commands;

/// <summary><c>ai8x simulate</c>.</summary>
internal static class SimulateCommand
{
    public static Command Create(Terminal terminal)
    {
        var directory = new Argument<string>("DIR") { Description = "Folder with a C project.", Arity = ArgumentArity.ZeroOrOne };
        var program = new Option<string>("--program") { Description = "Folder with vector files (program.csv, kernels.txt, ...) instead of a C project.", HelpName = "DIR" };
        var trace = new Option<string[]>("--trace") { Description = "Write the course of the inference: .json trace events for Perfetto, .vcd waveforms, .csv a table. May be repeated.", HelpName = "FILE" };
        var window = new Option<(long, long)?>("--window") { Description = "Cycles for .vcd and .csv: from A up to, but without, B.", HelpName = "A:B", CustomParser = ParseWindow };
        var dump = new Option<string>("--dump-layers") { Description = "Write what each layer computed as layer_NN_out.npy to this folder.", HelpName = "DIR" };
        var compare = new Option<string>("--compare") { Description = "Compare each layer with layer_NN_out.npy in this folder; the first difference is named.", HelpName = "DIR" };
        Option<int?> until = OptionValues.Integer("--until-layer", "Stop behind this hardware layer; the known answer is not checked then.", 0, 31);
        Option<int> images = OptionValues.Integer("--images", "Run the program's sample this often; every answer is compared.", 1, 1_000_000, 1);
        Option<int> threads = CommonOptions.Threads();
        var lenient = new Option<bool>("--lenient") { Description = "Go on where the program does what the chip does not define (reserved bits, data that nobody wrote); without it that is an error." };
        Option<string> config = CommonOptions.ConfigFile();
        var checkpoint = new Option<string>("--checkpoint-file") { Description = "The description's model, or its folder of integer arrays; with --config-file layers are channels, not slots.", HelpName = "FILE" };
        var sample = new Option<string>("--sample-input") { Description = "For a folder of integer arrays: a sample with the shape of its input (default: sample.npy there).", HelpName = "FILE" };
        Option<string> json = CommonOptions.Json();
        var command = new Command("simulate", """
            Runs a generated project on the simulated accelerator and checks its known answer.

            Examples:
              ai8x simulate projects/mnist
              ai8x simulate --program vectors --json result.json
              ai8x simulate projects/mnist --trace mnist.json --trace start.vcd --window 0:500
              ai8x simulate projects/mnist --compare expected --until-layer 2
            """)
        {
            directory, program, trace, window, dump, compare, until, images, threads, lenient, config, checkpoint, sample, json,
        };
        command.AddRule(result =>
        {
            if (result.GetValue(directory) is null == result.GetValue(program) is null)
                result.AddError("simulate takes either a folder with a C project or --program with a folder of vector files.");
        });
        command.KeepInputs([config, checkpoint, sample], json);
        command.SetAction((parsed, cancellation) =>
        {
            string? vectors = parsed.GetValue(program);
            var options = new SimulateOptions
            {
                Directory = vectors ?? parsed.GetValue(directory)!,
                Vectors = vectors is not null,
                Lenient = parsed.GetValue(lenient),
                Traces = [.. parsed.GetValue(trace) ?? []],
                Window = parsed.GetValue(window),
                DumpLayers = parsed.GetValue(dump),
                Compare = parsed.GetValue(compare),
                UntilLayer = parsed.GetValue(until),
                Images = parsed.GetValue(images),
                Threads = parsed.GetValue(threads),
                ConfigFile = parsed.GetValue(config),
                CheckpointFile = parsed.GetValue(checkpoint),
                SampleInput = parsed.GetValue(sample),
            };
            string? file = parsed.GetValue(json);
            ResultJson.Require(file);
            SimulateResult result = terminal.Watch(observer => SimulationFlow.Run(options, observer, cancellation));
            ResultJson.Write(file, result);
            if (!result.Passed) terminal.Error.WriteLine(result.Verdict);
            return Task.FromResult(result.Passed ? ExitCode.Ok : ExitCode.Mismatch);
        });
        return command;
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
