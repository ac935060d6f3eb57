// SPDX-License-Identifier: MIT
using System.Text.Json;
using Ai8x.Bench.Measuring;

namespace Ai8x.Compare;

/// <summary>The samples of one engine at one kind of work.</summary>
/// <param name="Begin">Begin of its warm-up, coordinated universal time.</param>
/// <param name="End">End of its turns.</param>
/// <param name="Of">What was measured.</param>
/// <param name="Turns">A sample for each turn; those of one turn stand beside each other in time, whatever the engine.</param>
/// <param name="Peak">The highest peak of as many threads that was known by then, in GFLOP/s.</param>
internal sealed record Result(DateTime Begin, DateTime End, MeasuredWork Of, TimedSample[] Turns, double Peak)
{
    /// <summary>Images per second in a turn.</summary>
    public double ImagesPerSecond(int turn) => Of.Batch / Turns[turn].Seconds;
}

/// <summary>All measurements of the last run of each model, as lines of JSON beside the page that shows them.</summary>
internal sealed class ResultStore(string path)
{
    private readonly List<Result> _results = File.Exists(path) ? [.. File.ReadLines(path).Select((line, index) => Read(path, index + 1, line))] : [];

    public IReadOnlyList<Result> All => _results;

    /// <summary>Forgets an earlier run of a model with a number of threads.</summary>
    public void Forget(string model, int threads) => _results.RemoveAll(result => result.Of.Model == model && result.Of.Threads == threads);

    public void Add(Result result) => _results.Add(result);

    public void Save() => File.WriteAllLines(path, _results.Select(result => JsonSerializer.Serialize(result)));

    private static Result Read(string path, int number, string line)
    {
        try
        {
            Result result = JsonSerializer.Deserialize<Result>(line) ?? throw new JsonException("it is empty");
            return result.Of is not null && result.Turns is { Length: > 0 } ? result : throw new JsonException("it has no turns");
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"{path}, line {number} is not a measurement ({failure.Message}): remove the file, or give another folder by --output");
        }
    }
}
