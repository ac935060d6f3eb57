// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using System.Globalization;
using Ai8x.Max78000Sim;
using Ai8x.Max78000Sim.Projects;

namespace Ai8x.Golden.Simulator;

/// <summary>Every golden program, fed as vectors alone: known words, every layer's integers, every layer's cycles and the unloaded result.</summary>
public sealed class SimulatorOpsTests(ITestOutputHelper output)
{
    [Fact]
    public void EveryProgramOfBothEditions_GivesTheKnownWordsLayersAndCycles()
    {
        GoldenFolder.Require("ops");
        (string Folder, string Edition)[] programs =
        [
            .. GoldenFolder.Cases("ops").Concat(GoldenFolder.Cases("tf-models")).SelectMany(f => (string[])["expected", "expected-develop"], (f, e) => (f, e))
                .Where(p => Directory.Exists(Path.Combine(p.f, p.e))),
        ];
        var problems = new ConcurrentDictionary<string, string>();
        Parallel.ForEach(programs, program =>
        {
            if (Problem(program.Folder, program.Edition) is string problem)
                problems[$"{Path.GetFileName(program.Folder)}/{program.Edition}"] = problem;
        });

        Report(programs, problems);
        Assert.True(problems.IsEmpty, string.Join('\n', problems.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}: {p.Value}")));
        Assert.Equal(232, programs.Select(p => p.Folder).Distinct().Count());
        Assert.Equal(6 * 2, programs.Count(p => p.Folder.Contains("tf-models", StringComparison.Ordinal)));
    }

    private static string? Problem(string folder, string edition)
    {
        try
        {
            return GoldenComparison.Problem(GoldenCase.Read(folder), edition);
        }
        catch (SimulationException fault)
        {
            return $"{fault.Fault}: {fault.Message}";
        }
        catch (ProjectFormatException error)
        {
            return error.Message;
        }
    }

    private void Report((string Folder, string Edition)[] programs, ConcurrentDictionary<string, string> problems)
    {
        var tags = new SortedDictionary<string, (int Passed, int Failed)>(StringComparer.Ordinal);
        foreach ((string folder, string edition) in programs)
        {
            bool failed = problems.ContainsKey($"{Path.GetFileName(folder)}/{edition}");
            foreach (string tag in GoldenCase.Read(folder).Tags)
            {
                (int passed, int wrong) = tags.GetValueOrDefault(tag);
                tags[tag] = failed ? (passed, wrong + 1) : (passed + 1, wrong);
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{programs.Length - problems.Count} of {programs.Length} programs"));
        foreach ((string tag, (int passed, int failed)) in tags)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{tag}: {passed} passed, {failed} failed"));
    }
}
