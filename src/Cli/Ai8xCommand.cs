// SPDX-License-Identifier: MIT
using System.CommandLine;
using Ai8x.Cli.Commands;
using Ai8x.Flow;

namespace Ai8x.Cli;

/// <summary>The command <c>ai8x</c>: parses arguments, runs a flow, turns every failure into one message and an exit code.</summary>
internal static class Ai8xCommand
{
    /// <summary>The command with all its subcommands.</summary>
    public static RootCommand Create(Terminal terminal) =>
        new("Trains networks for the MAX78000, turns them into a C project and proves it on a simulated chip.")
        {
            DemoCommand.Create(terminal),
            TrainCommand.Create(terminal),
            EvaluateCommand.Create(terminal),
            PlanCommand.Create(terminal),
            SynthesizeCommand.Create(terminal),
            SimulateCommand.Create(terminal),
            VerifyCommand.Create(terminal),
        };

    /// <summary>Runs one command line.</summary>
    /// <param name="arguments">The arguments after the program's name.</param>
    /// <param name="terminal">Where to write.</param>
    /// <param name="cancellation">Set when the user interrupts.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] arguments, Terminal terminal, CancellationToken cancellation)
    {
        ParseResult parsed = Create(terminal).Parse(arguments);
        string[] values = [.. CommandRules.ValueErrors(parsed.CommandResult)];
        if (parsed.Errors.Count > 0 || values.Length > 0)
        {
            string command = parsed.CommandResult.Command is RootCommand ? "ai8x" : "ai8x " + parsed.CommandResult.Command.Name;
            IEnumerable<string> meant = parsed.UnmatchedTokens.Select(token => NearestOption.Of(token, parsed.CommandResult.Command)).OfType<string>().Select(name => $"Did you mean {name}?");
            IEnumerable<string> errors = values.Length > 0 ? values : parsed.Errors.Select(error => error.Message).Distinct().Concat(meant);
            terminal.Error.WriteLine($"{string.Join(" ", errors)} Try '{command} --help'.");
            return ExitCode.BadInput;
        }

        var configuration = new InvocationConfiguration
        {
            Output = terminal.Output,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await parsed.InvokeAsync(configuration, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            terminal.Error.WriteLine("Cancelled. What was complete before is kept.");
            return ExitCode.Cancelled;
        }
        catch (Exception failure) when (FlowFailure.Describe(failure) is { } message)
        {
            terminal.Error.WriteLine(message);
            return ExitCode.BadInput;
        }
    }
}
