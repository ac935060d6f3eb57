// SPDX-License-Identifier: MIT
using System.Diagnostics;
using Ai8x.Bench.Measuring;

namespace Ai8x.Compare;

/// <summary>An engine measured in a process of its own: one start for each model, number of threads and round.</summary>
/// <param name="Name">Name for messages.</param>
/// <param name="Program">Assembly to start.</param>
/// <param name="Command">Its first argument.</param>
/// <param name="Trains">Whether it can train.</param>
/// <param name="Environment">Variables of the process.</param>
internal sealed record ChildEngine(string Name, string Program, string Command, bool Trains, IReadOnlyDictionary<string, string> Environment)
{
    // Keeps large blocks instead of giving them back to the system after every step: the peer's best.
    private const string KeepLargeBlocks = "glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=17179869184:glibc.malloc.top_pad=268435456";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public static ChildEngine Ours { get; } = new("Ai8x.Managed", "Ai8x.Bench.dll", "measure", true, new Dictionary<string, string>());

    public static ChildEngine OnnxRuntime { get; } = new("ONNX Runtime", "Ai8x.Compare.dll", "onnxruntime", false, new Dictionary<string, string> { ["GLIBC_TUNABLES"] = KeepLargeBlocks });

    public static ChildEngine Torch(bool shim)
    {
        var environment = new Dictionary<string, string> { ["GLIBC_TUNABLES"] = KeepLargeBlocks };
        if (shim) environment["LD_PRELOAD"] = TorchShim.Path;
        return new("TorchSharp", "Ai8x.Compare.dll", "torch", true, environment);
    }

    /// <summary>Measures in a new process.</summary>
    /// <param name="arguments">Options of the measuring command.</param>
    /// <returns>The measurements.</returns>
    /// <exception cref="InvalidOperationException">The process failed; the message is the first line of its error.</exception>
    public Measurement[] Run(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, Program), Command, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in Environment) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"{Name} did not end within {Limit.TotalMinutes} minutes");
        }

        if (process.ExitCode != 0) throw new InvalidOperationException(Reason(error.Result));
        return [.. output.Result.Split('\n').Select(Measurement.Parse).OfType<Measurement>()];
    }

    private static string Reason(string error) =>
        error.Split('\n').FirstOrDefault(line => line.StartsWith(Arguments.ErrorPrefix, StringComparison.Ordinal))?[Arguments.ErrorPrefix.Length..].Trim()
        ?? error.Split('\n').Select(line => line.Trim()).LastOrDefault(line => line.Contains("version `", StringComparison.Ordinal) || line.Contains("Exception:", StringComparison.Ordinal)) ?? error.Trim().Split('\n')[0];
}
