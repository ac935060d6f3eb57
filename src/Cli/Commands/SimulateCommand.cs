// SPDX-License-Identifier: MIT
using System.CommandLine;
using Ai8x.Flow;

namespace Ai8x.Cli.Commands;

/// <summary><c>ai8x simulate</c>.</summary>
internal static class SimulateCommand
{
    public static Command Create(Terminal terminal)
    {
        var directory = new Argument<string>("DIR") { Description = "Folder with a C project.", Arity = ArgumentArity.ZeroOrOne };
        var program = new Option<string>("--program") { Description = "Folder with vector files (program.csv, kernels.txt, ...) instead of a C project.", HelpName = "DIR" };
        Option<FileInfo> json = CommonOptions.Json();
        var command = new Command("simulate", """
            Runs a generated project on the simulated accelerator and checks its known answer.

            Examples:
              ai8x simulate projects/mnist
              ai8x simulate --program vectors --json result.json
            """)
        {
            directory, program, json,
        };
        command.Validators.Add(result => CommonOptions.Check(
            result,
            () => result.GetValue(directory) is null != result.GetValue(program) is null,
            "simulate takes either a folder with a C project or --program with a folder of vector files."));
        command.SetAction((parsed, cancellation) =>
        {
            string? vectors = parsed.GetValue(program);
            SimulateResult result = terminal.Watch(observer => vectors is null
                ? SimulationFlow.RunProject(parsed.GetValue(directory)!, observer, cancellation)
                : SimulationFlow.RunVectors(vectors, observer, cancellation));
            ResultJson.Write(parsed.GetValue(json)?.FullName, result);
            if (!result.Passed) terminal.Error.WriteLine(result.Verdict);
            return Task.FromResult(result.Passed ? ExitCode.Ok : ExitCode.Mismatch);
        });
        return command;
    }
}
