// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;
using Ai8x.CodeGen.Output;
using Ai8x.CodeGen.Planning;
using Ai8x.Max78000Sim;
using Ai8x.Max78000Sim.Projects;
using Ai8x.Max78000Sim.Projects.Vectors;
using Ai8x.Networks;
using Ai8x.Quant;
using Ai8x.RandomNetworks;

namespace Ai8x.CodeGen.Tests.Planning;

/// <summary>
/// Random networks whose placement is thrown away and planned again: most of 50, with AI8X_SLOW=1 of 1,250. The simulator, which knows nothing of plans, says whether
/// the results are right and counts the cycles.
/// </summary>
public sealed class RandomPlanTests(ITestOutputHelper output)
{
    private const double MostSeconds = 1;

    private static readonly int Count = Environment.GetEnvironmentVariable("AI8X_SLOW") == "1" ? 1250 : 50;

    [Fact]
    public void PlannedNetworks_GiveTheSameResults_InNoMoreCyclesThanPlacedOnes()
    {
        int planned = 0, optimal = 0, layers = 0, channels = 0;
        double slowest = 0;
        ForEach(random =>
        {
            (NetworkPlan plan, double seconds) = Timed(() => Plan(random));
            slowest = Math.Max(slowest, seconds);
            planned++;
            layers = Math.Max(layers, plan.Layers.Length);
            channels = Math.Max(channels, plan.Network.Layers.Max(layer => layer.Output.Channels));
            if (plan.IsOptimal) optimal++;
            long simulated = Simulated(plan, [.. random.Sample]);
            if (!plan.Network.Layers.Any(IsFlattenedToOne)) Assert.Equal(plan.Cycles, simulated);
            long placed = Synthesizer.Synthesize(random.Quantize(), [.. random.Sample], Generator.RandomProgramFixture.For(random)).Cycles.Total;
            if (plan.Changes.IsEmpty && random.Description.Layers.All(layer => IsNeighbours(layer.Processors))) Assert.True(plan.Cycles <= placed, string.Create(CultureInfo.InvariantCulture, $"{plan.Cycles} cycles planned, {placed} placed"));
        });
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{planned} planned, {optimal} proven to be the fastest; the slowest took {slowest:0.000} s; up to {layers} layers and {channels} channels"));
        Assert.True(slowest < MostSeconds, string.Create(CultureInfo.InvariantCulture, $"a plan took {slowest} s"));
    }

    /// <summary>Deep networks with many sums: 10 of them, with AI8X_SLOW=1 210.</summary>
    [Fact]
    public void DeepNetworks_GiveTheSameResults()
    {
        double slowest = 0;
        int optimal = 0, count = Count / 6 + 2;
        for (int seed = 0; seed < count; seed++)
        {
            SmallGraph graph = SmallGraph.Deep(seed);
            Random random = new(seed);
            (NetworkPlan plan, double seconds) = Timed(() => Planner.Plan(graph.Description, graph.Quantize, cancellation: TestContext.Current.CancellationToken));
            slowest = Math.Max(slowest, seconds);
            if (plan.IsOptimal) optimal++;
            Assert.Equal(plan.Cycles, Simulated(plan, [.. Enumerable.Range(0, graph.Input.Count).Select(_ => (sbyte)random.Next(-128, 128))]));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} planned, {optimal} proven to be the fastest; the slowest took {slowest:0.000} s"));
        Assert.True(slowest < MostSeconds, string.Create(CultureInfo.InvariantCulture, $"a plan took {slowest} s"));
    }

    [Fact]
    public void Plans_AreTheSameAgain_AndCanBeReadBack() => ForEach(random =>
    {
        NetworkPlan plan = Plan(random);
        Assert.Equal(PlanYaml.Write(plan), PlanYaml.Write(Plan(random)));

        // The comments with the reasons are no part of the description.
        Assert.Equal(NetworkYaml.Write(plan.Description), NetworkYaml.Write(NetworkYaml.Read(PlanYaml.Write(plan), "plan.yaml")));
    });

    // The closed formula and the simulator disagree about the idle cycle at the end of its rows (latency.md section 3.4).
    private static bool IsFlattenedToOne(QuantizedLayer layer) => layer is { Flatten: true, Output.Channels: 1, Input.Channels: <= 64 };

    // A plan uses neighbouring processors; a map that skips some can be faster where a layer passes data on.
    private static bool IsNeighbours(ProcessorMap map) => map.Last - map.First + 1 == map.Count;

    private static NetworkPlan Plan(RandomNetwork random) => Planner.Plan(random.Description, d => (random with { Description = d }).Quantize(), cancellation: TestContext.Current.CancellationToken);

    private static void ForEach(Action<RandomNetwork> check)
    {
        List<string> problems = [];
        int networks = 0;
        LegalNetworks.Any.ForEach(Count, random =>
        {
            // Buffers and custom unloads name places that the program around the network relies on.
            if (!random.Description.DataBuffers.IsEmpty || !random.Description.Unload.IsEmpty) return;
            networks++;
            try
            {
                check(random);
            }
            catch (Exception e)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"Network {random.Seed} ({string.Join(", ", random.Features)}): {e.GetType().Name} {e.Message}\n{NetworkYaml.Write(random.Description)}"));
            }
        });
        Assert.True(problems.Count == 0, string.Create(CultureInfo.InvariantCulture, $"{problems.Count} of {networks} networks:\n{string.Join('\n', problems.Take(10))}"));
    }

    /// <summary>
    /// A plan and the seconds that it takes: of the processor on this thread, on which all of a plan is found, where the system says so; else of this process, which other tests share, or of the clock, which other
    /// processes share, whichever are fewer. What is slow is timed again, for the first time is the compiler's too.
    /// </summary>
    private static (NetworkPlan Plan, double Seconds) Timed(Func<NetworkPlan> plan)
    {
        double least = double.MaxValue;
        for (int attempt = 0; ; attempt++)
        {
            long started = Stopwatch.GetTimestamp();
            TimeSpan used = Environment.CpuUsage.TotalTime;
            double? before = ThreadSeconds();
            NetworkPlan found = plan();
            least = Math.Min(least, ThreadSeconds() - before ?? Math.Min((Environment.CpuUsage.TotalTime - used).TotalSeconds, Stopwatch.GetElapsedTime(started).TotalSeconds));
            if (least < MostSeconds || attempt == 2) return (found, least);
        }
    }

    /// <summary>Seconds that this thread has had of a processor, or null where the system does not say (Linux does, in nanoseconds).</summary>
    private static double? ThreadSeconds()
    {
        const string Schedule = "/proc/thread-self/schedstat";
        return File.Exists(Schedule) && double.TryParse(File.ReadAllText(Schedule).Split(' ')[0], CultureInfo.InvariantCulture, out double nanoseconds) ? nanoseconds / 1e9 : null;
    }

    private static long Simulated(NetworkPlan plan, sbyte[] sample)
    {
        string folder = Directory.CreateTempSubdirectory("ai8x-plan-").FullName;
        try
        {
            foreach ((string name, string text) in VectorWriter.Files(Synthesizer.Synthesize(plan.Network, sample, plan.Synthesis))) File.WriteAllText(Path.Combine(folder, name), text);
            SimulationResult result = Simulation.Run(VectorFolderReader.Read(folder), cancellation: TestContext.Current.CancellationToken);
            Assert.True(result.Passed, string.Create(CultureInfo.InvariantCulture, $"{result.MismatchCount} words differ, the first {result.FirstMismatches.FirstOrDefault()}"));
            return result.Inference.Timeline.ReferenceEstimate;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
