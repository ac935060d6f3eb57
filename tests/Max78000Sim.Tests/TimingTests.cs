// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Max78000Sim.Engine;
using Ai8x.Max78000Sim.Timing;

namespace Ai8x.Max78000Sim.Tests;

/// <summary>The unit cases of latency.md section 7; their totals hold one cycle of start-up.</summary>
public sealed class TimingTests
{
    private static readonly LayerConfiguration Plain = new()
    {
        Index = 0,
        Rows = 1,
        Columns = 1,
        PadRows = 0,
        PadColumns = 0,
        PoolEnabled = false,
        MaxPool = true,
        RoundAverage = false,
        PoolRows = 1,
        PoolColumns = 1,
        Stride = 1,
        Operands = 1,
        Function = ElementWise.Add,
        PoolFirst = true,
        PassThrough = false,
        TimeSlots = 1,
        Transposed = false,
        Flatten = false,
        Passes = 1,
        ChannelFirst = false,
        OneDimensional = false,
        KernelRows = 3,
        KernelColumns = 3,
        WeightBits = 8,
        Kernels = 1,
        GridStart = 0,
        SlotsPerExpansion = 1,
        Shift = 0,
        Wide = false,
        Relu = false,
        Absolute = false,
        MaskOffset = 0,
        ChannelOffset = 0,
        Quadrants = ImmutableArray<QuadrantConfiguration>.Empty,
    };

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
        LayerConfiguration layer = Plain with
        {
            Rows = rows,
            Columns = columns,
            PoolEnabled = pool > 1,
            PoolRows = pool,
            PoolColumns = pool,
            Stride = stride,
            Passes = passes,
            Kernels = slots * passes,
            PadRows = pad,
            PadColumns = pad,
        };
        Assert.Equal(cycles, 1 + LayerTimer.Measure(layer).Total);
    }

    [Theory]
    [InlineData(1, 2, 1, 721)]
    [InlineData(2, 2, 1, 1441)]
    public void ElementWisePassThrough_TakesThePublishedCycles(int passes, int operands, int slots, long cycles)
    {
        LayerConfiguration layer = Plain with { Rows = 12, Columns = 12, PassThrough = true, Passes = passes, Operands = operands, TimeSlots = slots };
        Assert.Equal(cycles, 1 + LayerTimer.Measure(layer).Total);
    }

    [Fact]
    public void PassThroughThatPoolsLast_TakesThePublishedCycles()
    {
        LayerConfiguration layer = Plain with
        {
            Rows = 17,
            Columns = 17,
            PassThrough = true,
            PoolEnabled = true,
            PoolRows = 2,
            PoolColumns = 2,
            Stride = 2,
            Operands = 2,
            TimeSlots = 2,
            PoolFirst = false,
        };
        Assert.Equal(705, 1 + LayerTimer.Measure(layer).Total);
    }

    [Fact]
    public void PassThroughPoolingWithManyPasses_TakesThePublishedCycles()
    {
        LayerConfiguration layer = Plain with
        {
            Rows = 5,
            Columns = 3,
            PassThrough = true,
            PoolEnabled = true,
            PoolRows = 5,
            PoolColumns = 3,
            MaxPool = false,
            Passes = 8,
            TimeSlots = 4,
        };
        Assert.Equal(300, LayerTimer.Measure(layer).Total);
    }

    [Theory]
    [InlineData(16, 10, false, 193)]
    [InlineData(64, 10, true, 770)]
    [InlineData(1, 17, false, 20)]
    public void DenseLayer_TakesThePublishedCycles(int passes, int slots, bool extended, long cycles)
    {
        LayerConfiguration layer = Plain with { KernelRows = 1, KernelColumns = 1, Passes = passes, Kernels = slots * passes, Flatten = extended };
        Assert.Equal(cycles, 1 + LayerTimer.Measure(layer).Total);
    }

    [Fact]
    public void TransposedConvolution_TakesThePublishedCycles()
    {
        LayerConfiguration layer = Plain with { Rows = 7, Columns = 9, Transposed = true, PadRows = 1, PadColumns = 1, Kernels = 64 };
        Assert.Equal(16837, 1 + LayerTimer.Measure(layer).Total);
    }

    [Theory]
    [InlineData(128, 1, 1, 0, 3, 2, 96, 24706)]
    [InlineData(14, 2, 2, 1, 6, 2, 64, 567)]
    public void Convolution1d_TakesThePublishedCycles(int length, int pool, int stride, int pad, int kernel, int passes, int slots, long cycles)
    {
        LayerConfiguration layer = Plain with
        {
            Rows = length,
            PoolEnabled = pool > 1,
            PoolRows = pool,
            Stride = stride,
            PadRows = pad,
            OneDimensional = true,
            KernelRows = kernel,
            KernelColumns = 1,
            Passes = passes,
            Kernels = passes * slots,
        };
        Assert.Equal(cycles, LayerTimer.Measure(layer).Total);
    }

    [Fact]
    public void ImageShorterThanTheKernelNeeds_FollowsTheClosedFormula()
    {
        LayerConfiguration layer = Plain with { Rows = 5, PadRows = 2, OneDimensional = true, KernelRows = 9, KernelColumns = 1, Kernels = 4 };

        // F + Pr*top + (Kr-1-Pr)*noconv + (Hp-(Kr-1-Pr))*(conv+OUT) + Pr*(bottom+OUT), all terms for a width of 1.
        Assert.Equal(2 * 3 + 6 * 3 + (5 - 6) * (2 + 4) + 2 * (2 + 4), LayerTimer.Measure(layer).Total);
    }
}
