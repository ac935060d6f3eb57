// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Max78000Sim.Tests.Fidelity;
using Ai8x.Max78000Sim.Timing;

namespace Ai8x.Max78000Sim.Tests;

/// <summary>Streaming layers share the sequencer pixel by pixel (machine.md section 12.2).</summary>
public sealed class StreamingTimelineTests
{
    private static readonly LayerGeometry First = new() { Rows = 8, Columns = 8, KernelRows = 3, KernelColumns = 3, PadRows = 1, PadColumns = 1, Slots = 4 };

    private static readonly LayerGeometry Second = First with { Rows = 4, Columns = 4, PoolRows = 2, PoolColumns = 2, PoolStride = 2 };

    [Fact]
    public void StreamRegisters_AreThoseOfTheWorkedExample()
    {
        // machine.md section 14.15: start 396, deltas 2 and 132, ring 0x20e.
        Assert.Equal(new StreamControl(396, 2, 132, 0x20e), StreamControl.Behind(PublishedNetworks.CatsDogs[0], PublishedNetworks.CatsDogs[1]));
    }

    [Fact]
    public void StreamingWithoutFifo_InterleavesButTakesNoMoreCycles()
    {
        InferenceTimeline timeline = Timeline(null);
        Assert.Equal(1 + new LayerTimeline(First).Cycles + new LayerTimeline(Second).Cycles, timeline.Cycles);
        Assert.Equal(0, timeline.Counts.Stall);
        Assert.True(timeline.Slices.Count(slice => slice.Layer == 1) > 4, "the second layer goes on in pieces");
    }

    [Fact]
    public void EveryPixelOfAConsumer_StartsAfterItsInputsWereWritten()
    {
        InferenceTimeline timeline = Timeline(FifoFeed.Polled(1, 1));
        var written = new HashSet<(int Row, int Column)>();
        int compared = 0;
        for (long cycle = 0; cycle < timeline.Cycles; cycle++)
        {
            (int layer, SequencerMoment moment) = timeline.At(cycle);
            if (layer == 0 && moment.State == SequencerState.Output && moment.Slot == First.Slots - 1)
                written.Add((moment.Row - 2, moment.Column - 2));
            if (layer != 1 || moment.State != SequencerState.Read)
                continue;
            Assert.Contains(((moment.Row - 1) * 2 + moment.Element / 2, (moment.Column - 1) * 2 + moment.Element % 2), written);
            compared++;
        }

        Assert.Equal(64, compared);
    }

    [Fact]
    public void NothingIsLostOrRepeated_HoweverLayersInterleave()
    {
        InferenceTimeline timeline = Timeline(FifoFeed.Polled(1, 1) with { Depth = 1 });
        var next = new long[timeline.Layers.Length];
        long cycle = 0;
        foreach (TimelineSlice slice in timeline.Slices)
        {
            Assert.Equal(cycle, slice.Start);
            if (slice.Layer >= 0)
            {
                Assert.Equal(next[slice.Layer], slice.LayerCycle);
                next[slice.Layer] += slice.Cycles;
            }

            cycle = slice.End;
        }

        Assert.Equal(timeline.Layers.Select(layer => layer.Cycles), next);
        Assert.Equal(cycle, timeline.Cycles);
    }

    [Fact]
    public void SlowFeed_SetsThePace()
    {
        // 64 words at 100 cycles each; behind the last word only the last pixels remain.
        InferenceTimeline timeline = Timeline(new FifoFeed(1, 1, 100));
        Assert.InRange(timeline.Cycles, 6_400, 6_400 + 300);
        Assert.Equal(timeline.Cycles - timeline.Counts.Stall, Timeline(null).Cycles);
    }

    [Fact]
    public void FasterFeedOrDeeperFifo_NeverTakesLonger()
    {
        long[] byPace = [.. ((double[])[0.5, 5, 12, 25.5, 60]).Select(pace => Timeline(new FifoFeed(1, 1, pace)).Cycles)];
        Assert.Equal(byPace.Order(), byPace);
        long[] byDepth = [.. ((int[])[1, 2, 4, 16, 64]).Select(depth => Timeline(new FifoFeed(1, 1, 8) { Depth = depth }).Cycles)];
        Assert.Equal(byDepth.OrderDescending(), byDepth);
    }

    [Fact]
    public void SteppedWindow_AndComputedTimeline_AgreeInEveryCycle()
    {
        InferenceTimeline timeline = Timeline(FifoFeed.Polled(1, 1));
        foreach ((long first, long end) in ((long, long)[])[(0, timeline.Cycles), (137, 390), (timeline.Cycles - 1, timeline.Cycles)])
        {
            long cycle = first;
            foreach ((long at, int layer, SequencerMoment moment) in timeline.Step(first, end))
            {
                Assert.Equal(cycle, at);
                Assert.Equal(timeline.At(cycle), (layer, moment));
                cycle++;
            }

            Assert.Equal(end, cycle);
        }
    }

    [Fact]
    public void LaterLayers_FollowTheStreamingOnes()
    {
        LayerTimeline[] layers = [new(First), new(Second), new(First)];
        InferenceTimeline timeline = InferenceTimeline.Streaming(layers, [new(1, 0, 0, 2), StreamControl.Behind(First, Second)], null);
        Assert.Equal(new TimelineSlice(timeline.Cycles - layers[2].Cycles, layers[2].Cycles, 2, 0), timeline.Slices[^1]);
        Assert.Equal((15 * layers[0].Cycles + 9) / 10, timeline.ReferenceLayerEstimate(0));
        Assert.Equal(layers[2].Cycles, timeline.ReferenceLayerEstimate(2));
    }

    private static InferenceTimeline Timeline(FifoFeed? feed) => InferenceTimeline.Streaming(
        [new LayerTimeline(First), new LayerTimeline(Second)], [new StreamControl(1, 0, 0, 2), StreamControl.Behind(First, Second)], feed);
}
