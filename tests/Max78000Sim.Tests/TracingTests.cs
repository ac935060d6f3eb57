// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text.Json;
using Ai8x.Max78000Sim.Energy;
using Ai8x.Max78000Sim.Projects;
using Ai8x.Max78000Sim.Timing;
using Ai8x.Max78000Sim.Tracing;

namespace Ai8x.Max78000Sim.Tests;

/// <summary>What processors and memory ports do in each cycle, and the files that show it.</summary>
public sealed class TracingTests
{
    private static readonly string[] Names = ["first", "second"];

    private readonly SimulationResult _run = Simulation.Run(
        new TinyProgram(new TinyNetwork(3), TinyNetwork.Image(4)).Project(), new AcceleratorOptions { TakeSnapshots = true }, TestContext.Current.CancellationToken);

    private InferenceReport Report => _run.Inference;

    [Fact]
    public void EveryWordThatALayerWrites_IsWrittenInOneCycle_AndNoOther()
    {
        for (int layer = 0; layer < Report.Layers.Length; layer++)
        {
            uint[] written = [.. Cycles().Where(a => a.Layer == layer).SelectMany(a => a.Ports).Where(p => p.IsWrite).Select(p => p.Address)];
            Assert.Equal(_run.Snapshots[layer].Words.Select(w => w.Address).Order(), written.Order());
        }
    }

    [Fact]
    public void FirstLayer_ReadsEachInputWordOnce_InTheOrderOfThePoolingWindows()
    {
        uint[] read = [.. Cycles().Where(a => a.Layer == 0).SelectMany(a => a.Ports).Where(p => !p.IsWrite).Select(p => p.Address)];
        var expected = new List<uint>();
        for (int window = 0; window < 9; window++)
        {
            for (int element = 0; element < 4; element++)
                expected.Add(0x50400000 + 4 * (uint)((2 * (window / 3) + element / 2) * TinyNetwork.Size + 2 * (window % 3) + element % 2));
        }

        Assert.Equal(expected, read);
    }

    [Fact]
    public void Processors_WorkInTheStatesThatNeedThem()
    {
        Assert.All(Cycles(), activity =>
        {
            int expected = activity.Moment.State is SequencerState.Read or SequencerState.TramWrite or SequencerState.Output ? (activity.Layer == 0 ? 4 : 6) : 0;
            Assert.Equal(expected, activity.ProcessorCount);
            Assert.Equal(activity.Moment.State == SequencerState.Output, activity.KernelWord >= 0);
        });
        Assert.True(Report.Activity(1 + Report.Layers[0].Cycles).Works(4));
        Assert.False(Report.Activity(1 + Report.Layers[0].Cycles).Works(3));
    }

    [Fact]
    public void SteppedWindow_EqualsTheComputedActivity()
    {
        CycleActivity[] stepped = [.. Report.Window(40, 190)];
        Assert.Equal(150, stepped.Length);
        Assert.All(stepped, activity => Assert.Equal(Describe(Report.Activity(activity.Cycle)), Describe(activity)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Report.Window(0, Report.Cycles + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Report.Window(5, 5));
    }

    [Fact]
    public void OutputCycle_IsTheOneInWhichTheWordIsWritten()
    {
        LayerSnapshot snapshot = _run.Snapshots[0];
        foreach ((int slot, int row, int column) in ((int, int, int)[])[(3, 0, 0), (5, 0, 0), (3, 2, 1), (5, 2, 2)])
        {
            CycleActivity activity = Report.Activity(Report.OutputCycle(0, snapshot, slot, row, column));
            DataPortAccess access = Assert.Single(activity.Ports);
            Assert.True(access.IsWrite);
            Assert.Equal(snapshot.Slots[slot].Processor / 4, access.Instance);
            Assert.Equal((row + 2, column + 2, slot), (activity.Moment.Row, activity.Moment.Column, activity.Moment.Slot));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => Report.OutputCycle(0, snapshot, 0, 3, 0));
    }

    [Fact]
    public void TraceEvents_HoldLayersStatesAndPorts()
    {
        using var stream = new MemoryStream();
        ChromeTrace.Write(stream, Report, Names);
        using JsonDocument document = JsonDocument.Parse(stream.ToArray());
        JsonElement[] events = [.. document.RootElement.GetProperty("traceEvents").EnumerateArray()];
        Dictionary<int, string> tracks = events.Where(e => Text(e, "name") == "thread_name")
            .ToDictionary(e => e.GetProperty("tid").GetInt32(), e => e.GetProperty("args").GetProperty("name").GetString()!);
        JsonElement[] runs = [.. events.Where(e => Text(e, "ph") == "X")];
        string Track(JsonElement run) => tracks[run.GetProperty("tid").GetInt32()];

        Assert.Equal(["start", "first", "second"], runs.Where(r => Track(r) == "layers").Select(r => Text(r, "name")));
        foreach (SequencerState state in Enum.GetValues<SequencerState>())
        {
            Assert.Equal(Report.Counts[state], runs.Where(r => Track(r) == "sequencer" && Text(r, "name") == $"{state}").Sum(r => Argument(r, "cycles")));
        }

        Assert.Equal(_run.Snapshots.Sum(s => s.Words.Length), runs.Where(r => Track(r).StartsWith("data memory", StringComparison.Ordinal)).Sum(r => Argument(r, "wordsWritten")));
        foreach (IGrouping<string, JsonElement> track in runs.GroupBy(Track))
        {
            long end = 0;
            foreach (JsonElement run in track)
            {
                Assert.True(Argument(run, "cycle") >= end, "runs of a track do not overlap");
                end = Argument(run, "cycle") + Argument(run, "cycles");
                Assert.Equal(Argument(run, "cycle") / 50.0, run.GetProperty("ts").GetDouble(), 9);
                Assert.Equal(Argument(run, "cycles") / 50.0, run.GetProperty("dur").GetDouble(), 9);
            }

            Assert.True(end <= Report.Cycles);
        }
    }

    [Fact]
    public void TraceEvents_NeedANameForEachLayer() => Assert.Throws<ArgumentException>(() => ChromeTrace.Write(Stream.Null, Report, ["one"]));

    [Fact]
    public void Waveforms_ReadBack_GiveEveryCycle()
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        CycleWindow.WriteVcd(writer, Report.Window(0, Report.Cycles));
        long next = 0;
        foreach ((long cycle, IReadOnlyDictionary<string, ulong> signals) in VcdText.Read(writer.ToString()))
        {
            Assert.Equal(next++, cycle);
            CycleActivity activity = Report.Activity(cycle);
            Assert.Equal((ulong)activity.Moment.State, signals["state"]);
            Assert.Equal(activity.Layer >= 0 ? 1UL : 0, signals["active"]);
            Assert.Equal((ulong)activity.Moment.Row, signals["row"]);
            Assert.Equal((ulong)activity.Moment.Slot, signals["slot"]);
            Assert.Equal(activity.Processors, signals["processors"]);
            for (int instance = 0; instance < 16; instance++)
            {
                Assert.Equal(activity.Ports.Any(p => p.Instance == instance && !p.IsWrite) ? 1UL : 0, signals[$"data{instance}_read"]);
                Assert.Equal(activity.Ports.Any(p => p.Instance == instance && p.IsWrite) ? 1UL : 0, signals[$"data{instance}_write"]);
                Assert.Equal(activity.Ports.FirstOrDefault(p => p.Instance == instance).Address, signals[$"data{instance}_address"]);
            }
        }

        Assert.Equal(Report.Cycles, next);
    }

    [Fact]
    public void Table_HasALineForEachCycle()
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        CycleWindow.WriteCsv(writer, Report.Window(60, 100));
        string[] lines = writer.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal("cycle,layer,state,row,column,pass,operand,element,slot,processors,kernel_word,reads,writes", lines[0]);
        Assert.Equal(40, lines.Length - 1);
        for (int i = 1; i < lines.Length; i++)
        {
            string[] cells = lines[i].Split(',');
            CycleActivity activity = Report.Activity(59 + i);
            Assert.Equal($"{activity.Cycle} {activity.Layer} {activity.Moment.State} {activity.Moment.Slot}", $"{cells[0]} {cells[1]} {cells[2]} {cells[8]}");
            Assert.Equal(activity.Ports.Count(p => p.IsWrite), cells[12].Length == 0 ? 0 : cells[12].Split(' ').Length);
        }
    }

    [Fact]
    public void Energy_FollowsProcessorsAndTime()
    {
        double square = 4 * 1.5 * Report.Layers[0].Cycles / 50 / 1000, pointwise = 6 * 1.1 * Report.Layers[1].Cycles / 50 / 1000;
        Assert.Equal(square + pointwise, Report.Energy.Microjoules, 12);
        Assert.Equal(0.15 * (square + pointwise), Report.Energy.ErrorMicrojoules, 12);
        EnergyEstimate other = EnergyEstimate.Of(new LayerTimeline(new LayerGeometry { Rows = 50, Columns = 1, PassThrough = true, Slots = 8 }), 10);
        Assert.Equal(0.35, other.ErrorMicrojoules / other.Microjoules, 12);
    }

    [Fact]
    public void LoadingAndUnloading_AreCountedInBusAccesses()
    {
        TinyProgram program = new(new TinyNetwork(3), TinyNetwork.Image(4));
        ProgramCost cost = ProgramCost.Of(program.Project());
        Assert.Equal(new BusAccesses(36, 0), cost.Functions.Single(f => f.Name == "load_input").Accesses);
        Assert.Equal(new BusAccesses(9, 0), cost.Functions.Single(f => f.Name == "cnn_load_bias").Accesses);
        Assert.Equal(new BusAccesses(0, 3), cost.Unload);
        Assert.Equal(36 * 0.28, new BusAccesses(36, 0).Microseconds, 12);
        Assert.Equal(3 * 0.23, cost.Unload.Microseconds, 12);
    }

    [Fact]
    public void LastLayer_EndsTheInferenceThere()
    {
        var session = new SimulationSession(
            new TinyProgram(new TinyNetwork(3), TinyNetwork.Image(4)).Project(), new AcceleratorOptions { LastLayer = 0, TakeSnapshots = true });
        InferenceReport report = session.RunSample();
        Assert.Equal(0, Assert.Single(report.Layers).Layer);
        Assert.Equal(1 + Report.Layers[0].Cycles, report.Cycles);
        Assert.Equal(_run.Snapshots[0].Values, Assert.Single(session.Accelerator.Snapshots).Values);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static long Argument(JsonElement run, string name) => run.GetProperty("args").GetProperty(name).GetInt64();

    private static string Describe(CycleActivity activity) =>
        $"{activity.Cycle} {activity.Layer} {activity.Moment} {activity.Processors} {activity.KernelWord} {string.Join(' ', activity.Ports)}";

    private IEnumerable<CycleActivity> Cycles()
    {
        for (long cycle = 0; cycle < Report.Cycles; cycle++)
            yield return Report.Activity(cycle);
    }
}
