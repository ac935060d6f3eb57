// SPDX-License-Identifier: MIT
using System.Text.Json;
using Ai8x.Max78000Sim.Timing;

namespace Ai8x.Max78000Sim.Tracing;

/// <summary>
/// Writes an inference as Chrome trace events, which Perfetto and <c>chrome://tracing</c> open: a track of layers, a track of sequencer states, and one for each data
/// memory instance in use, where an event is a run of cycles in one row of a layer with the words that it read or wrote. Times are microseconds.
/// </summary>
public static class ChromeTrace
{
    private const int LayerTrack = 1, StateTrack = 2, PortTrack = 10;
    private const int Instances = 16;

    /// <summary>Writes the trace.</summary>
    /// <param name="stream">Receives UTF-8 JSON; left open.</param>
    /// <param name="report">The inference.</param>
    /// <param name="layerNames">Names of the executed layers, in order.</param>
    /// <param name="clockMegahertz">Clock of the accelerator in MHz, above 0.</param>
    /// <exception cref="ArgumentException">There is not one name for each layer.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The clock is not above 0.</exception>
    public static void Write(Stream stream, InferenceReport report, IReadOnlyList<string> layerNames, double clockMegahertz = 50)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(layerNames);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(clockMegahertz);
        if (layerNames.Count != report.Layers.Length)
            throw new ArgumentException($"{report.Layers.Length} layers need as many names, not {layerNames.Count}.", nameof(layerNames));
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteString("displayTimeUnit", "ns");
        json.WriteStartArray("traceEvents");
        var events = new EventWriter(json, clockMegahertz);
        events.Name("process_name", 0, "MAX78000 CNN accelerator");
        events.Name("thread_name", LayerTrack, "layers");
        events.Name("thread_name", StateTrack, "sequencer");
        WriteLayers(events, report.Timeline, layerNames);
        WriteStatesAndPorts(events, report);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteLayers(EventWriter events, InferenceTimeline timeline, IReadOnlyList<string> names)
    {
        foreach (TimelineSlice slice in timeline.Slices)
        {
            string name = slice.Layer >= 0 ? names[slice.Layer] : slice.Start == 0 ? "start" : "wait for the FIFO";
            events.Run(LayerTrack, name, slice.Start, slice.End);
        }
    }

    private static void WriteStatesAndPorts(EventWriter events, InferenceReport report)
    {
        var ports = new PortRuns(events);
        SequencerState state = SequencerState.Start;
        long since = 0;
        for (long cycle = 0; cycle < report.Cycles; cycle++)
        {
            CycleActivity activity = report.Activity(cycle);
            if (activity.Moment.State != state)
            {
                events.Run(StateTrack, state.ToString(), since, cycle);
                (state, since) = (activity.Moment.State, cycle);
            }

            ports.Add(activity);
        }

        events.Run(StateTrack, state.ToString(), since, report.Cycles);
        ports.End(report.Cycles);
    }

    private sealed class EventWriter(Utf8JsonWriter json, double clock)
    {
        public void Name(string kind, int track, string name)
        {
            json.WriteStartObject();
            json.WriteString("name", kind);
            json.WriteString("ph", "M");
            json.WriteNumber("pid", 1);
            json.WriteNumber("tid", track);
            json.WriteStartObject("args");
            json.WriteString("name", name);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        public void Run(int track, string name, long start, long end, (long Reads, long Writes)? words = null)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("ph", "X");
            json.WriteNumber("pid", 1);
            json.WriteNumber("tid", track);
            json.WriteNumber("ts", start / clock);
            json.WriteNumber("dur", (end - start) / clock);
            json.WriteStartObject("args");
            json.WriteNumber("cycle", start);
            json.WriteNumber("cycles", end - start);
            if (words is var (reads, writes))
            {
                json.WriteNumber("wordsRead", reads);
                json.WriteNumber("wordsWritten", writes);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    /// <summary>Gathers the accesses to each instance over the part of a row in which one layer goes on.</summary>
    private sealed class PortRuns(EventWriter events)
    {
        private readonly (long Reads, long Writes)[] _words = new (long, long)[Instances];
        private readonly bool[] _named = new bool[Instances];
        private int _layer = -1;
        private int _row;
        private long _since;

        public void Add(CycleActivity activity)
        {
            if (activity.Layer != _layer || activity.Moment.Row != _row)
            {
                End(activity.Cycle);
                (_layer, _row, _since) = (activity.Layer, activity.Moment.Row, activity.Cycle);
            }

            foreach (DataPortAccess access in activity.Ports)
            {
                (long reads, long writes) = _words[access.Instance];
                _words[access.Instance] = access.IsWrite ? (reads, writes + 1) : (reads + 1, writes);
            }
        }

        public void End(long cycle)
        {
            for (int instance = 0; instance < Instances; instance++)
            {
                if (_words[instance] == default)
                    continue;
                if (!_named[instance])
                    events.Name("thread_name", PortTrack + instance, $"data memory {instance}");
                _named[instance] = true;
                events.Run(PortTrack + instance, $"layer {_layer}, row {_row}", _since, cycle, _words[instance]);
                _words[instance] = default;
            }
        }
    }
}
