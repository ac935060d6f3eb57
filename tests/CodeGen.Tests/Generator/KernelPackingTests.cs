// SPDX-License-Identifier: MIT
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Tests.Generator;

public sealed class KernelPackingTests
{
    [Fact]
    public void FourBitWeights_LieTwoKernelsToAWord()
    {
        NetworkDescription description = Networks.Description(Networks.Conv(0x1, 0x2000, pad: 0) with { WeightBits = 4 });
        int[] weights = [-1, 0, 1, 2, 3, 4, 5, 6, 7, -8, -7, -6, -5, -4, -3, -2, -1, 0, -4, -3, -2, -1, 0, 1, 2, 3, 4];
        SynthesizedNetwork network = Networks.Synthesize(Networks.Network(new(5, 5, 1), description, Networks.Arrays([3, 1, 3, 3], i => weights[i])));
        Assert.Equal([0x50180000, 5, 0x8f90a1b2, 0xc3d4e5f6, 0x070c0d0e, 0x0f000102, 0x03040000, 0], network.Program.Kernels);
    }

    [Fact]
    public void FlattenedWeights_RunOnAcrossWords()
    {
        NetworkDescription description = Networks.Description(
            Networks.Conv(0xf, 0x2000), Networks.Linear(0xf, 0x1000) with { OutputWidth = 32 });
        SynthesizedNetwork network = Networks.Synthesize(
            Networks.Network(new(2, 2, 4), description, Networks.Arrays([4, 4, 3, 3], i => i % 100), Networks.Arrays([3, 16], i => i)));
        Assert.Equal(4, network.Placement.Layers[1].KernelStart);
        Assert.Equal([0x20, 0x13, 0x12, 0x11, 0x10, 3, 2, 1, 0], network.Placement.Kernels.Word(0, 4).Select(b => (int)b));
        Assert.Equal([0, 0, 0, 0, 0, 0, 0x23, 0x22, 0x21], network.Placement.Kernels.Word(0, 5).Select(b => (int)b));
    }

    [Fact]
    public void LayersWithTheSameWeights_ShareThem()
    {
        NetworkDescription description = Networks.Description(Networks.Conv(0xf, 0x2000), Networks.Conv(0xf, 0), Networks.Conv(0xf, 0x2000));
        IntegerLayerArrays same = Networks.Arrays([4, 4, 3, 3], i => i % 50), other = Networks.Arrays([4, 4, 3, 3], i => i % 51);
        SynthesizedNetwork network = Networks.Synthesize(Networks.Network(new(4, 4, 4), description, same, other, same));
        Assert.Equal([0, 4, 0], network.Placement.Layers.Select(layer => layer.KernelStart));
    }

    [Fact]
    public void SameWeightsForOtherOutputLanes_AreStoredTwice()
    {
        NetworkDescription description = Networks.Description(
            Networks.Conv(0xf, 0x2000) with { OutputProcessors = new ProcessorMap(0xf) }, Networks.Conv(0xf, 0) with { OutputProcessors = new ProcessorMap(0x1e) });
        IntegerLayerArrays same = Networks.Arrays([4, 4, 3, 3], i => i % 50);
        SynthesizedNetwork network = Networks.Synthesize(Networks.Network(new(4, 4, 4), description, same, same));
        Assert.Equal([0, 4], network.Placement.Layers.Select(layer => layer.KernelStart));
    }
}
