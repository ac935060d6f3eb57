// SPDX-License-Identifier: MIT
using System.Text.Json;
using Ai8x.Bench.Measuring;

namespace Ai8x.Compare;

/// <summary>One measurement of one round.</summary>
/// <param name="Time">When, coordinated universal time.</param>
/// <param name="Round">Round from 1; measurements of one round stand beside each other in time.</param>
/// <param name="Value">The measurement.</param>
internal sealed record Result(DateTime Time, int Round, Measurement Value);

/// <summary>All measurements of the last run of each model, as lines of JSON beside the page that shows them.</summary>
internal sealed class ResultStore(string path)
{
    private readonly List<Result> _results = File.Exists(path) ? [.. File.ReadLines(path).Select((line, index) => Read(path, index + 1, line))] : [];

    public IReadOnlyList<Result> All => _results;

    /// <summary>Forgets an earlier run of a model with a number of threads.</summary>
    public void Forget(string model, int threads) => _results.RemoveAll(result => result.Value.Model == model && result.Value.Threads == threads);

    public void Add(int round, IEnumerable<Measurement> measurements) => _results.AddRange(measurements.Select(value => new Result(DateTime.UtcNow, round, value)));

    public void Save() => File.WriteAllLines(path, _results.Select(result => JsonSerializer.Serialize(result)));

    private static Result Read(string path, int number, string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Result>(line) ?? throw new JsonException("it is empty");
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"{path}, line {number} is not a measurement ({failure.Message}): remove the file, or give another folder by --output");
        }
    }
}
