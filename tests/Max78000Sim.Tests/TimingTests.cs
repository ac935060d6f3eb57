// SPDX-License-Identifier: MIT
using Ai8x.Max78000Sim.Timing;

namespace Ai8x.Max78000Sim.Tests;

/// <summary>The cycles of single layers: the unit cases of latency.md section 7, the closed formulas of section 3, and the state machine of section 4.</summary>
public sealed class TimingTests
{
    private static readonly LayerGeometry Plain = new() { Rows = 1, Columns = 1, Slots = 1 };

    /// <summary>Totals of section 7 hold one cycle of start-up.</summary>
    [Theory]
    [InlineData(20, 20, 2, 2, 1, 16, 2, 3049)]
    [InlineData(65, 65, 16, 4, 1, 32, 1, 49010)]
    [InlineData(32, 32, 1, 1, 1, 64, 1, 67981)]
    [InlineData(32, 32, 1, 1, 1, 64, 0, 59773)]
    [InlineData(32, 32, 2, 2, 1, 64, 0, 13885)]
    [InlineData(8, 8, 2, 2, 2, 16, 1, 773)]
    [InlineData(8, 8, 1, 1, 2, 16, 1, 2485)]
    [InlineData(8, 8, 1, 1, 2, 16, 0, 1437)]
    [InlineData(28, 28, 1, 1, 1, 8, 1, 8189)]
    [InlineData(11, 11, 1, 1, 2, 1, 0, 687)]
    [InlineData(1, 1, 1, 1, 1, 1, 1, 29)]
    [InlineData(31, 7, 1, 1, 1, 11, 1, 3062)]
    public void Convolution3x3_TakesThePublishedCycles(int rows, int columns, int pool, int stride, int passes, int slots, int pad, long cycles)
    {
        LayerGeometry layer = Plain with
        {
            Rows = (rows + stride - pool) / stride,
            Columns = (columns + stride - pool) / stride,
            PoolRows = pool,
            PoolColumns = pool,
            PoolStride = stride,
            KernelRows = 3,
            KernelColumns = 3,
            Passes = passes,
            Slots = slots,
            PadRows = pad,
            PadColumns = pad,
        };
        Assert.Equal(cycles, 1 + new LayerTimeline(layer).Cycles);
    }

    [Theory]
    [InlineData(1, 2, 1, 721)]
    [InlineData(2, 2, 1, 1441)]
    public void ElementWisePassThrough_TakesThePublishedCycles(int passes, int operands, int slots, long cycles)
    {
        LayerGeometry layer = Plain with { Rows = 12, Columns = 12, PassThrough = true, Passes = passes, Operands = operands, Slots = slots };
        Assert.Equal(cycles, 1 + new LayerTimeline(layer).Cycles);
    }

    [Fact]
    public void PassThroughThatPoolsLast_TakesThePublishedCycles()
    {
        LayerGeometry layer = Plain with
        {
            Rows = 8,
            Columns = 8,
            PassThrough = true,
            PoolRows = 2,
            PoolColumns = 2,
            PoolStride = 2,
            Operands = 2,
            Slots = 2,
            PoolLast = true,
        };
        Assert.Equal(705, 1 + new LayerTimeline(layer).Cycles);
    }

    [Fact]
    public void PassThroughPoolingWithManyPasses_TakesThePublishedCycles() =>
        Assert.Equal(300, new LayerTimeline(Plain with { PassThrough = true, PoolRows = 5, PoolColumns = 3, Passes = 15, Slots = 4 }).Cycles);

    [Theory]
    [InlineData(16, 10, false, 193)]
    [InlineData(64, 10, true, 770)]
    [InlineData(1, 17, false, 20)]
    public void DenseLayer_TakesThePublishedCycles(int passes, int slots, bool extended, long cycles) =>
        Assert.Equal(cycles, 1 + new LayerTimeline(Plain with { Passes = passes, Slots = slots, ExtendedPasses = extended }).Cycles);

    [Fact]
    public void TransposedConvolution_TakesThePublishedCycles()
    {
        LayerGeometry layer = Plain with { Rows = 14, Columns = 18, PadRows = 1, PadColumns = 1, KernelRows = 3, KernelColumns = 3, Slots = 64 };
        Assert.Equal(16837, 1 + new LayerTimeline(layer).Cycles);
    }

    [Theory]
    [InlineData(128, 1, 0, 3, 2, 96, 24706)]
    [InlineData(7, 2, 1, 6, 2, 64, 567)]
    public void Convolution1d_TakesThePublishedCycles(int pooled, int pool, int pad, int kernel, int passes, int slots, long cycles)
    {
        LayerGeometry layer = Plain with { Rows = pooled, PoolRows = pool, PoolStride = pool, PadRows = pad, KernelRows = kernel, Passes = passes, Slots = slots };
        Assert.Equal(cycles, new LayerTimeline(layer).Cycles);
    }

    [Fact]
    public void ImageShorterThanTheKernelNeeds_FollowsTheClosedFormula()
    {
        LayerGeometry layer = Plain with { Rows = 5, PadRows = 2, KernelRows = 9, Slots = 4 };

        // F + Pr*top + (Kr-1-Pr)*noconv + (Hp-(Kr-1-Pr))*(conv+OUT) + Pr*(bottom+OUT), all terms for a width of 1.
        Assert.Equal(2 * 3 + 6 * 3 + (5 - 6) * (2 + 4) + 2 * (2 + 4), new LayerTimeline(layer).Cycles);
    }

    [Fact]
    public void RandomLayers_TakeTheCyclesOfTheClosedFormulas()
    {
        var random = new Random(20260101);
        for (int i = 0; i < (SlowRun.Enabled ? 20_000 : 2_000); i++)
        {
            LayerGeometry layer = RandomLayers.Next(random, 70);
            Assert.True(ClosedFormulas.Cycles(layer) == new LayerTimeline(layer).Cycles, $"{layer}: {ClosedFormulas.Cycles(layer)}, {new LayerTimeline(layer).Cycles}");
        }
    }

    [Fact]
    public void SteppedStateMachine_AndComputedTimeline_AgreeInEveryCycle()
    {
        var random = new Random(20260102);
        for (int i = 0; i < (SlowRun.Enabled ? 5_000 : 60); i++)
        {
            LayerGeometry layer = RandomLayers.Next(random, SlowRun.Enabled ? 12 : 5);
            var timeline = new LayerTimeline(layer);
            long cycle = 0;
            var counts = new long[Enum.GetValues<SequencerState>().Length];
            foreach (SequencerMoment stepped in SequencerStepper.Step(layer))
            {
                SequencerMoment computed = timeline.At(cycle);
                Assert.True(stepped == computed, $"{layer}, cycle {cycle}: stepped {stepped}, computed {computed}");
                counts[(int)stepped.State]++;
                cycle++;
            }

            Assert.Equal(timeline.Cycles, cycle);
            foreach (SequencerState state in Enum.GetValues<SequencerState>())
                Assert.Equal(counts[(int)state], timeline.Counts[state]);
        }
    }

    [Fact]
    public void RowsAndPixels_AddUpToTheLayer()
    {
        var random = new Random(20260103);
        for (int i = 0; i < 300; i++)
        {
            var timeline = new LayerTimeline(RandomLayers.Next(random, 20));
            long rows = 0;
            for (int row = 0; row < timeline.PaddedRows; row++)
            {
                rows += timeline.RowCycles(row);
                Assert.Equal(timeline.RowCycles(row), Enumerable.Range(0, timeline.PaddedColumns).Sum(column => timeline.PixelCycles(row, column)));
            }

            Assert.Equal(timeline.Cycles, timeline.Setup + rows);
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void LayerWithoutRowsOrSlots_IsRefused(int rows, int slots) =>
        Assert.Throws<ArgumentException>(() => new LayerTimeline(Plain with { Rows = rows, Slots = slots }));

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void CycleOutsideTheLayer_IsRefused(long cycle) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new LayerTimeline(Plain with { Slots = 1, Passes = 1, PassThrough = true }).At(cycle));
}
