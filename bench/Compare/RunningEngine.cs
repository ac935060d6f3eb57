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
    private string _asked = "";

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
    public MeasuredWork Begin(string work)
    {
        Ask($"{EngineTurns.Begin} {work}");
        return Await<MeasuredWork>(EngineTurns.Ready);
    }

    /// <summary>Takes a sample of the work begun last.</summary>
    /// <param name="peak">GFLOP/s that as many threads are known to reach.</param>
    /// <exception cref="InvalidOperationException">The process failed; the message is the first line of its error.</exception>
    public Turn Sample(double peak)
    {
        AskForSample(peak, margin: 0);
        return AwaitSample();
    }

    /// <summary>Asks for a sample of the work begun last, so that others can be asked before it is there.</summary>
    /// <param name="peak">GFLOP/s that as many threads are known to reach.</param>
    /// <param name="margin">For how many times the length of the sample the work runs before it, and again after it.</param>
    /// <exception cref="InvalidOperationException">The process failed; the message is the first line of its error.</exception>
    public void AskForSample(double peak, int margin) =>
        Ask(string.Create(CultureInfo.InvariantCulture, $"{EngineTurns.Sample} {peak:R}{(margin > 0 ? $" {margin}" : "")}"));

    /// <summary>Waits for the sample that was asked for.</summary>
    /// <exception cref="InvalidOperationException">The process failed; the message is the first line of its error.</exception>
    public Turn AwaitSample() => Await<Turn>(EngineTurns.Took);

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Ask(string request)
    {
        _asked = request;
        try
        {
            _process.StandardInput.WriteLine(request);
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            throw new InvalidOperationException(Reason());
        }
    }

    private T Await<T>(string answer)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Answer(answer).AsSpan(answer.Length))!;
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException($"{Engine.Name} did not answer \"{_asked}\" within {Limit.TotalMinutes} minutes");
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
