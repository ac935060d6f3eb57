// SPDX-License-Identifier: MIT
using System.Diagnostics;

namespace Ai8x.Acceptance;

/// <summary>What a finished child process said.</summary>
internal sealed record ChildResult(int ExitCode, string Output, string Error);

/// <summary>Starts programs as a user would, with a time limit, and collects what they print.</summary>
internal static class ChildProcess
{
    /// <summary>The command line program as built beside this test.</summary>
    public static string CommandLine => Path.Combine(AppContext.BaseDirectory, "Ai8x.Cli.dll");

    /// <summary>Whole trainings take their time on a slow machine; nothing else may.</summary>
    private static TimeSpan Patience => TimeSpan.FromMinutes(SlowCheck.Wanted ? 90 : 9);

    public static ChildResult Ai8x(string folder, params string[] arguments) => Run("dotnet", folder, null, [CommandLine, .. arguments]);

    public static ChildResult Run(string program, string folder, IReadOnlyDictionary<string, string>? environment, params IEnumerable<string> arguments)
    {
        using Process process = Start(program, folder, environment, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end.");
        }

        return new ChildResult(process.ExitCode, output.Result, error.Result);
    }

    public static Process Start(string program, string folder, IReadOnlyDictionary<string, string>? environment, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
    }
}
