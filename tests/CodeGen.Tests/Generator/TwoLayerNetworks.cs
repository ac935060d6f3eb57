// SPDX-License-Identifier: MIT
using Ai8x.Networks;
using Ai8x.Quant;
using CsCheck;

namespace Ai8x.CodeGen.Tests.Generator;

/// <summary>Random networks of two layers inside the generator's class: any maps, both formats, all weight widths where they may stand.</summary>
internal static class TwoLayerNetworks
{
    public static Gen<QuantizedNetwork> Any => Gen.Int.Select(seed => Build(new Random(seed)));

    private static QuantizedNetwork Build(Random random)
    {
        int channels = random.Next(1, 10), middle = random.Next(1, 21), outputs = random.Next(1, 21);
        bool chw = channels <= 4 && random.Next(2) == 0, flatten = random.Next(2) == 0;
        FeatureShape input = new(random.Next(3, 9), random.Next(3, 9), channels);
        int bits = 1 << random.Next(4), kernel = random.Next(2) == 0 ? 1 : 3;
        ProcessorMap inputMap = chw ? new(0x1111ul >> (16 - 4 * channels)) : Contiguous(channels, random.Next(0, 64 - channels));
        int lane = bits < 8 ? random.Next(0, (64 - middle) / 4 + 1) * 4 : random.Next(0, 64 - middle + 1);
        ProcessorMap middleMap = Contiguous(middle, lane);
        ProcessorMap outputMap = Contiguous(outputs, random.Next(0, 65 - outputs));
        bool wide = random.Next(2) == 0;
        LayerDescription first = Networks.Conv(inputMap.Bits, 0x2000, kernel, kernel == 3 ? 1 : 0) with
        {
            DataFormat = chw ? DataFormat.Chw : DataFormat.Hwc,
            WeightBits = bits,
            OutputShift = -5,
        };
        LayerDescription last = (flatten ? Networks.Linear(middleMap.Bits, 0x4000) : Networks.Conv(middleMap.Bits, 0x4000)) with { OutputWidth = wide ? 32 : 8, OutputProcessors = outputMap, OutputShift = -4 };
        int weight(int width) => random.Next(-1 << (width - 1), 1 << (width - 1));
        int[]? bias(int count) => random.Next(2) == 0 ? null : [.. Enumerable.Range(0, count).Select(_ => weight(8))];
        int[] shape = flatten ? [outputs, middle * input.Pixels] : [outputs, middle, 3, 3];

        // One layer at least has a processor in quadrant 0, which every network must use.
        if (inputMap.Quadrant(0) == 0 && middleMap.Quadrant(0) == 0 && outputMap.Quadrant(0) == 0) last = last with { OutputProcessors = Contiguous(outputs, 0) };
        return Networks.Network(
            input,
            Networks.Description(first, last),
            Networks.Arrays([middle, channels, kernel, kernel], _ => weight(bits), bias(middle)),
            Networks.Arrays(shape, _ => weight(8), bias(outputs)));
    }

    private static ProcessorMap Contiguous(int count, int first) => new(((1ul << count) - 1) << first);
}
