// SPDX-License-Identifier: MIT
using Ai8x.CodeGen.Planning.Suggestions;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Tests.Planning.Suggestions;

/// <summary>
/// Fifty networks and more, of each kind of overflow. The arithmetic is this file's own: a kernel of 3x3 in 8 bits is a word of 72 bits, a processor has 768, four
/// channels of a pixel share a word of a memory instance, which has 8,192.
/// </summary>
internal static class UnfitNetworks
{
    private const int Words = 768;
    private const int Instance = 32768;

    private static readonly Lazy<UnfitNetwork[]> Made = new(() => [.. Kernels(), .. ManyKernels(), .. Inputs(), .. Maps(), .. Pairs(), .. Biases(), .. Flattened(), .. Wide(), .. Deep()]);

    public static IReadOnlyList<UnfitNetwork> All => Made.Value;

    /// <summary>One layer has more kernels than a processor has words.</summary>
    private static IEnumerable<UnfitNetwork> Kernels()
    {
        (int Inputs, int Outputs)[] sizes = [(64, 832), (64, 1024), (128, 448), (128, 512), (192, 320), (192, 512), (256, 256), (320, 320), (384, 192), (512, 128), (640, 128), (1024, 64)];
        foreach ((int inputs, int outputs) in sizes)
        {
            // Blocks of 64 channels in and out: each processor holds 64 kernels for each pair of blocks.
            long needed = outputs * (inputs / 64);
            yield return new($"kernels of {inputs} to {outputs}", new ChainBuilder(4, 4, 8).Conv(inputs, kernel: 1).Conv(outputs, pool: 2).Conv(16, kernel: 1).Dense(10).Graph("k"), 1, ChipResource.KernelMemory, needed, Words);
        }
    }

    /// <summary>Each layer fits, all together do not.</summary>
    private static IEnumerable<UnfitNetwork> ManyKernels()
    {
        for (int layers = 13; layers <= 19; layers++)
        {
            var chain = new ChainBuilder(6, 6, 64);
            for (int i = 0; i < layers; i++) chain.Conv(64);
            chain.Dense(4);
            // 64 kernels of a word on 64 processors for each layer, and 4 outputs of 36 bytes, 16 words, for the dense one.
            yield return new($"{layers} layers of 64 to 64", chain.Graph("m"), 0, ChipResource.KernelMemory, (layers * 64 * 64) + (16 * 64), Words * 64);
        }
    }

    /// <summary>The input alone is larger than an instance, and something is in the way of streaming.</summary>
    private static IEnumerable<UnfitNetwork> Inputs()
    {
        // Up to 16 channels may have each an instance of its own, a pixel a byte. No layer pads that could be the last to stream:
        foreach ((int rows, int columns, int channels) in new[] { (200, 200, 3), (240, 160, 1), (192, 176, 4), (256, 144, 3), (320, 240, 1) })
        {
            yield return new($"unpadded input of {channels}x{rows}x{columns}", new ChainBuilder(rows, columns, channels).Conv(8, pool: 4, pad: 0).Conv(16, pool: 4, pad: 0).Conv(16, pool: 2, pad: 0).Dense(5).Graph("i"), 0, ChipResource.DataMemory, rows * columns, Instance);
        }

        // The output of the first layer has another reader:
        foreach ((int rows, int columns, int channels) in new[] { (200, 200, 3), (224, 160, 1), (192, 176, 2), (256, 144, 3) })
        {
            yield return new($"residual input of {channels}x{rows}x{columns}", new ChainBuilder(rows, columns, channels).Conv(4).Conv(4).Add(0).Conv(16, pool: 8).Conv(16, pool: 2).Dense(5).Graph("i"), 0, ChipResource.DataMemory, 4 * rows * columns, Instance);
        }

        // More than 16 share words of four, and the FIFOs do not take them.
        foreach ((int rows, int columns, int channels) in new[] { (96, 96, 20), (100, 90, 32), (128, 66, 17), (92, 92, 48) })
        {
            yield return new($"input of {channels}x{rows}x{columns}", new ChainBuilder(rows, columns, channels).Conv(8, pool: 4).Conv(16, pool: 4).Dense(5).Graph("i"), 0, ChipResource.DataMemory, 4 * rows * columns, Instance);
        }
    }

    /// <summary>The input or a map inside is larger than an instance, and streaming helps.</summary>
    public static IEnumerable<(string What, NetworkGraph Graph)> Streamable()
    {
        foreach ((int rows, int columns, int channels) in new[] { (200, 200, 3), (240, 160, 1), (192, 176, 4), (256, 144, 3), (320, 240, 1) })
        {
            yield return ($"input of {channels}x{rows}x{columns}", new ChainBuilder(rows, columns, channels).Conv(8, pool: 4).Conv(16, pool: 4).Conv(16, pool: 2).Dense(5).Graph("i"));
        }

        foreach ((int rows, int columns, int channels) in new[] { (96, 96, 16), (100, 100, 8), (128, 72, 32), (120, 96, 12), (104, 80, 24), (160, 64, 16) })
        {
            yield return ($"map of {channels}x{rows}x{columns}", new ChainBuilder(rows, columns, 3).Conv(channels).Conv(16, pool: 4).Conv(8, pool: 2).Conv(8, pool: 2).Dense(5).Graph("d"));
        }
    }

    /// <summary>A map inside is larger than an instance, and its other reader is in the way of streaming.</summary>
    private static IEnumerable<UnfitNetwork> Maps()
    {
        foreach ((int rows, int columns, int channels) in new[] { (96, 96, 16), (100, 100, 8), (120, 96, 12) })
        {
            yield return new($"residual map of {channels}x{rows}x{columns}", new ChainBuilder(rows, columns, 3).Conv(channels).Conv(channels).Add(0).Conv(8, pool: 4).Conv(8, pool: 2).Dense(5).Graph("d"), 0, ChipResource.DataMemory, 4 * rows * columns, Instance);
        }
    }

    /// <summary>More layers than there are; half of them keep the shape.</summary>
    private static IEnumerable<UnfitNetwork> Deep()
    {
        foreach (int layers in new[] { 33, 36, 40 })
        {
            var chain = new ChainBuilder(4, 4, 4);
            for (int i = 0; i < layers - 1; i++) chain.Conv(i % 2 == 0 ? 8 : i % 4 == 1 ? 8 : 4);
            yield return new($"{layers} layers", chain.Dense(3).Graph("l"), 32, ChipResource.Layers, layers, 32);
        }
    }

    /// <summary>Input and output of a layer fit alone, but not in one instance.</summary>
    private static IEnumerable<UnfitNetwork> Pairs()
    {
        foreach ((int rows, int columns) in new[] { (80, 80), (72, 72), (66, 66), (84, 64), (90, 50) })
        {
            yield return new($"maps of 64x{rows}x{columns}", new ChainBuilder(rows, columns, 64).Conv(64).Conv(16, pool: 4).Conv(16, pool: 4).Dense(5).Graph("p"), 0, ChipResource.DataMemory, 8 * rows * columns, Instance);
        }
    }

    private static IEnumerable<UnfitNetwork> Biases()
    {
        foreach (int outputs in new[] { 516, 576, 640 })
        {
            yield return new($"bias of {outputs}", new ChainBuilder(4, 4, 16).Conv(outputs, kernel: 1, bias: true).Conv(16, kernel: 1).Dense(4).Graph("b"), 0, ChipResource.BiasMemory, outputs, 512);
        }

        for (int pairs = 5; pairs <= 7; pairs++)
        {
            var chain = new ChainBuilder(4, 4, 64);
            for (int i = 0; i < pairs; i++) chain.Conv(448, kernel: 1, bias: true).Conv(32, kernel: 1, bias: true);
            chain.Dense(4);
            yield return new($"{pairs} biases of 448 and 32", chain.Graph("b"), 0, ChipResource.BiasMemory, pairs * (448 + 32), 2048);
        }
    }

    private static IEnumerable<UnfitNetwork> Flattened()
    {
        foreach ((int rows, int columns, int channels) in new[] { (17, 16, 16), (20, 20, 8), (24, 16, 32), (12, 12, 96), (10, 10, 160) })
        {
            int passes = (channels + 63) / 64;
            yield return new($"flattened {channels}x{rows}x{columns}", new ChainBuilder(rows, columns, 8).Conv(16).Conv(channels).Dense(4).Graph("f"), 2, ChipResource.FlattenSteps, rows * columns * passes, 256);
        }
    }

    private static IEnumerable<UnfitNetwork> Wide()
    {
        foreach (int channels in new[] { 1028, 1100, 1280 })
        {
            yield return new($"{channels} channels", new ChainBuilder(4, 4, 4).Conv(channels, kernel: 1).Conv(8, kernel: 1).Dense(4).Graph("w"), 0, ChipResource.Channels, channels, 1024);
        }
    }
}
