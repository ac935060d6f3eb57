// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Ai8x.Bench.Measuring;

namespace Ai8x.Compare;

/// <summary>The process of an engine: asleep but for its turns.</summary>
internal sealed class RunningEngine : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private readonly Process _process;
    private readonly Task<string> _error;

    public RunningEngine(ChildEngine engine, int threads, params IEnumerable<string> options)
    {
        (Engine, Threads) = (engine, threads);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, engine.Program), engine.Command, .. options]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in engine.Environment) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _error = _process.StandardError.ReadToEndAsync();
    }

    public ChildEngine Engine { get; }

    public int Threads { get; }

    /// <summary>Makes it ready for a kind of work.</summary>
    /// <exception cref="InvalidOperationException">The process failed; the message is the first line of its error.</exception>
    public MeasuredWork Begin(string work) => Ask<MeasuredWork>($"{EngineTurns.Begin} {work}", EngineTurns.Ready);

    /// <summary>Takes a sample of the work begun last.</summary>
    /// <param name="peak">GFLOP/s that as many threads are known to reach.</param>
    /// <exception cref="InvalidOperationException">The process failed; the message is the first line of its error.</exception>
    public Turn Sample(double peak) => Ask<Turn>(string.Create(CultureInfo.InvariantCulture, $"{EngineTurns.Sample} {peak:R}"), EngineTurns.Took);

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private T Ask<T>(string request, string answer)
    {
        try
        {
            _process.StandardInput.WriteLine(request);
            _process.StandardInput.Flush();
            return JsonSerializer.Deserialize<T>(Answer(answer).AsSpan(answer.Length))!;
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException($"{Engine.Name} did not answer \"{request}\" within {Limit.TotalMinutes} minutes");
        }
        catch (IOException)
        {
            throw new InvalidOperationException(Reason());
        }
    }

    private string Answer(string begin)
    {
        while (_process.StandardOutput.ReadLineAsync().WaitAsync(Limit).GetAwaiter().GetResult() is string line)
            if (line.StartsWith(begin, StringComparison.Ordinal)) return line;
        throw new InvalidOperationException(Reason());
    }

    private string Reason()
    {
        string error = _error.GetAwaiter().GetResult();
        return error.Split('\n').FirstOrDefault(line => line.StartsWith(Arguments.ErrorPrefix, StringComparison.Ordinal))?[Arguments.ErrorPrefix.Length..].Trim()
            ?? error.Split('\n').Select(line => line.Trim()).LastOrDefault(line => line.Contains("version `", StringComparison.Ordinal) || line.Contains("Exception:", StringComparison.Ordinal)) ?? error.Trim().Split('\n')[0];
    }
}
