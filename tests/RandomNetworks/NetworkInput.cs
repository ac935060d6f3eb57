// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.RandomNetworks;

/// <summary>The sample of a network and how it reaches the accelerator (machine.md section 9).</summary>
internal sealed record NetworkInput(string Feature, FeatureShape Sample, bool UsesFifo, Tensor Tensor)
{
    public static NetworkInput Choose(Random random, DataRegions memory) => random.Next(20) switch
    {
        < 3 => Chw(random, memory),
        < 6 => FifoHwc(random),
        6 => FifoChw(random),
        < 10 => Operands(random, memory),
        _ => Hwc(random, memory),
    };

    /// <summary>Whether the first layers are to stream.</summary>
    public bool MayStream { get; init; }

    /// <summary>Whether the input is CHW data.</summary>
    public static bool IsChw(ProcessorMap map, IReadOnlySet<string> features) => (features.Contains("chw") || features.Contains("fifo-chw")) && (map.Bits & ~0x1111_1111_1111_1111ul) == 0;

    private static NetworkInput Hwc(Random random, DataRegions memory)
    {
        int channels = random.Next(12) switch { 0 => random.Next(65, 257), 1 or 2 => random.Next(17, 65), _ => random.Next(1, 17) };
        FeatureShape shape = Size(random, channels);
        Region region = memory.Take(shape.Pixels * Channels.Passes(channels))!.Value;
        return new(channels > 64 ? "input-passes" : "hwc", shape, false, new([-1], shape, Channels.Neighbours(random, channels, true, Zero(random)), region, region.First));
    }

    private static NetworkInput Chw(Random random, DataRegions memory)
    {
        int channels = random.Next(1, 8);
        FeatureShape shape = Size(random, channels);
        Region region = memory.Take((shape.Pixels + 3) / 4)!.Value;
        ulong map = 0x1111_1111_1111_1111ul >> (64 - 4 * channels) << 4 * random.Next(17 - channels);
        return new("chw", shape, false, new([-1], shape, new(map), region, region.First) { IsShared = false });
    }

    private static NetworkInput FifoHwc(Random random)
    {
        int channels = random.Next(1, 17);
        bool stream = random.Next(2) == 0;
        FeatureShape shape = stream ? new(random.Next(5, 19), random.Next(5, 19), channels) : Size(random, channels);
        ulong map = 0;
        for (int c = 0; c < channels; c++) map |= 1ul << (c / 4 * 16 + c % 4);
        return new("fifo-hwc", shape, true, new([-1], shape, new(map), default, 0) { IsShared = false }) { MayStream = stream };
    }

    private static NetworkInput FifoChw(Random random)
    {
        int channels = random.Next(1, 5);
        FeatureShape shape = Size(random, channels);
        return new("fifo-chw", shape, true, new([-1], shape, new(0x0001_0001_0001_0001ul >> (64 - 16 * channels)), default, 0) { IsShared = false });
    }

    private static NetworkInput Operands(Random random, DataRegions memory)
    {
        int operands = random.Next(6) == 0 ? random.Next(5, 17) : random.Next(2, 5), channels = random.Next(3) == 0 ? random.Next(65, 129) : random.Next(1, 33);
        FeatureShape shape = Size(random, channels);
        int words = shape.Pixels * Channels.Passes(channels);

        // Wherever the operands lie, there is room for their sum on one side.
        operands = Math.Min(operands, DataRegions.Words / words - 2);
        Region region = memory.Take(words * operands)!.Value;
        Tensor tensor = new([-1], shape, Channels.Neighbours(random, channels, true, Zero(random)), region, region.First) { Operands = operands };
        return new("input-operands", shape with { Channels = channels * operands }, false, tensor);
    }

    private static bool Zero(Random random) => random.Next(3) == 0;

    private static FeatureShape Size(Random random, int channels)
    {
        int most = channels > 64 ? 6 : 14;
        if (random.Next(3) == 0) return new(random.Next(2, channels > 64 ? 30 : 120), 1, channels);
        return random.Next(16) == 0 && channels <= 4 ? new(random.Next(20, 45), random.Next(20, 45), channels) : new(random.Next(1, most + 1), random.Next(1, most + 1), channels);
    }
}
