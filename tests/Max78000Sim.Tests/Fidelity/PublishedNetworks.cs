// SPDX-License-Identifier: MIT
using Ai8x.Max78000Sim.Timing;

namespace Ai8x.Max78000Sim.Tests.Fidelity;

/// <summary>Published networks by their layer tables (latency.md section 6), as the sequencer sees them.</summary>
internal static class PublishedNetworks
{
    public static LayerGeometry[] Mnist { get; } =
    [
        Square(28, 1, 1, 60), Square(14, 2, 2, 60), Square(8, 2, 1, 56), Square(4, 2, 1, 12), Dense(4, 4, 10),
    ];

    public static LayerGeometry[] Cifar10 { get; } = [Square(32, 1, 1, 60), Square(16, 2, 1, 60), Square(8, 2, 1, 56), Square(4, 2, 1, 12), Dense(4, 4, 10)];

    public static LayerGeometry[] Cifar100 { get; } =
    [
        Square(32, 1, 1, 16), Square(32, 1, 1, 20), Square(32, 1, 1, 20), Square(32, 1, 1, 20), Square(16, 2, 1, 20), Square(16, 1, 1, 20), Square(16, 1, 1, 44),
        Square(8, 2, 1, 48), Square(8, 1, 1, 48), Square(4, 2, 1, 96), Pointwise(2, 2, 2, 512), Pointwise(2, 1, 8, 128), Square(1, 2, 1, 128) with { Passes = 2 },
        Dense(1, 1, 104) with { Passes = 2 },
    ];

    public static LayerGeometry[] Cifar10Nas { get; } =
    [
        Square(32, 1, 1, 64), Pointwise(32, 1, 1, 32), Square(32, 1, 1, 64), Square(16, 2, 1, 32), Pointwise(16, 1, 1, 64), Square(8, 2, 1, 128),
        Pointwise(8, 1, 2, 128), Square(4, 2, 1, 64) with { Passes = 2 }, Square(4, 1, 1, 128), Pointwise(2, 2, 2, 128), Dense(2, 2, 10) with { Passes = 2 },
    ];

    public static LayerGeometry[] Kws20V3 { get; } =
    [
        Line(128, 1, 0, 1, 2, 104), Line(128, 1, 0, 3, 2, 96), Line(63, 2, 1, 3, 2, 64), Line(63, 1, 0, 3, 1, 48), Line(30, 2, 1, 3, 1, 64), Line(30, 1, 0, 3, 1, 96),
        Line(14, 2, 1, 3, 2, 104), Line(7, 2, 1, 6, 2, 64), Dense(4, 1, 21),
    ];

    /// <summary>3x128x128, the first two layers stream from the FIFO.</summary>
    public static LayerGeometry[] CatsDogs { get; } =
    [
        Square(128, 1, 1, 16), Square(64, 2, 1, 32), Square(32, 2, 1, 64), Square(16, 2, 1, 32), Square(8, 2, 1, 32), Square(8, 1, 1, 16),
        Dense(8, 8, 2) with { ExtendedPasses = true },
    ];

    /// <summary>3x160x120, the first two layers stream from the FIFO.</summary>
    public static LayerGeometry[] FaceId { get; } =
    [
        Image(160, 120, 1, 16), Image(80, 60, 2, 32), Image(40, 30, 2, 32), Image(20, 15, 2, 64), Image(10, 7, 2, 64), Image(10, 7, 1, 64), Image(10, 7, 1, 64),
        new() { Rows = 5, Columns = 3, PoolRows = 2, PoolColumns = 2, PoolStride = 2, Slots = 512 },
        new() { Rows = 1, Columns = 1, PoolRows = 5, PoolColumns = 3, PassThrough = true, Passes = 15, Slots = 4 },
    ];

    public static InferenceTimeline Sequential(LayerGeometry[] layers) => InferenceTimeline.Sequential(layers.Select(layer => new LayerTimeline(layer)));

    /// <summary>The first two layers stream; their registers are those of machine.md section 12.1. The FIFO carries one pixel a word.</summary>
    public static InferenceTimeline Streamed(LayerGeometry[] layers, FifoFeed? feed) => InferenceTimeline.Streaming(
        layers.Select(layer => new LayerTimeline(layer)), [new StreamControl(1, 0, 0, 2), StreamControl.Behind(layers[0], layers[1])], feed);

    private static LayerGeometry Square(int pooled, int pool, int pad, int slots) => Image(pooled, pooled, pool, slots) with { PadRows = pad, PadColumns = pad };

    private static LayerGeometry Image(int rows, int columns, int pool, int slots) => new()
    {
        Rows = rows,
        Columns = columns,
        PoolRows = pool,
        PoolColumns = pool,
        PoolStride = pool,
        KernelRows = 3,
        KernelColumns = 3,
        PadRows = 1,
        PadColumns = 1,
        Slots = slots,
    };

    private static LayerGeometry Pointwise(int pooled, int pool, int passes, int slots) =>
        new() { Rows = pooled, Columns = pooled, PoolRows = pool, PoolColumns = pool, PoolStride = pool, Passes = passes, Slots = slots };

    private static LayerGeometry Line(int pooled, int pool, int pad, int kernel, int passes, int slots) =>
        new() { Rows = pooled, Columns = 1, PoolRows = pool, PoolStride = pool, KernelRows = kernel, PadRows = pad, Passes = passes, Slots = slots };

    private static LayerGeometry Dense(int rows, int columns, int slots) => new() { Rows = rows, Columns = columns, Slots = slots };
}
