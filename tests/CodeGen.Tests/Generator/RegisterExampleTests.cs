// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Tests.Generator;

/// <summary>Registers of worked examples; the numbers were derived by hand from the layers.</summary>
public sealed class RegisterExampleTests
{
    private static readonly SynthesizedNetwork Mnist = Networks.Synthesize(Networks.Mnist(new Random(3)));

    [Fact]
    public void ChwConvolution_HasTheseRegistersInThisOrder() => Assert.Equal(
        [
            (0x50100010, 0x0001001d), (0x50100090, 0x0001001d), (0x50100310, 0x00002800), (0x50100410, 0x2000), (0x50100590, 0x00000b60),
            (0x50100a10, 0x0001d800), (0x50100610, 0x000001d8), (0x50100690, 0x1b), (0x50100790, 0x00022000), (0x50100710, 0x00010001),
        ],
        Registers(0, 0));

    [Fact]
    public void QuadrantWithoutProcessors_HasTheSameRegistersButNoEnables() =>
        Assert.Equal(Registers(0, 0)[..^1].Select(r => (r.Address + 0x400000, r.Value)), Registers(0, 1));

    [Fact]
    public void PooledConvolution_AddsTheOtherQuadrantsInTheFirst()
    {
        Assert.Equal(
            [
                (0x50100014, 0x0002001f), (0x50100094, 0x0002001f), (0x50100194, 1), (0x50100214, 1), (0x50100294, 1), (0x50100314, 0x2000), (0x50100414, 0x2000),
                (0x50100514, 0x800), (0x50100594, 0x0000eba0), (0x50100a14, 0x0001d800), (0x50100614, 0x000001d8), (0x50100694, 0xf), (0x50100794, 0x24000),
                (0x50100714, 0xfff0fff0),
            ],
            Registers(1, 0));
        Assert.Contains((0x50500594L, 0x00000ba0L), Registers(1, 1));
        Assert.Contains((0x50500714L, 0xffffffffL), Registers(1, 1));
    }

    [Fact]
    public void LaterLayerOnTheSameProcessors_StartsBehindTheKernelsOfTheEarlier() => Assert.Contains((0x50100618L, 0x01e00398L), Registers(2, 0));

    [Fact]
    public void AveragePooling_ClearsTheMaximumBit() => Assert.Contains((0x5010059cL, 0x0000eaa0L), Registers(3, 0));

    [Fact]
    public void FlattenedLinearLayer_CountsThePixelsAsPasses() => Assert.Equal(
        [
            (0x50100320, 0x400), (0x501003a0, 1), (0x50100420, 0x2000), (0x501005a0, 0x00010920), (0x50100a20, 0x0000480f), (0x50100620, 0x240028f8),
            (0x50100120, 0x100), (0x501007a0, 0x1000), (0x50100720, 0x0fff0fff),
        ],
        Registers(4, 0));

    [Fact]
    public void FlattenOfManyPixels_UsesTheExtendedPassCounter()
    {
        NetworkDescription description = Networks.Description(Networks.Linear(0x1, 0x1000) with { OutputWidth = 32 });
        SynthesizedNetwork network = Networks.Synthesize(Networks.Network(new(7, 7, 1), description, Networks.Arrays([3, 49], i => i % 100)));
        Assert.Contains((0x50100690L, 0x00300061L), Registers(network, 0, 0));
        Assert.Contains((0x50100790L, 0x080c0000L), Registers(network, 0, 0));
    }

    [Fact]
    public void SmallWeights_SetMaskSizeShiftAndSlots()
    {
        NetworkDescription description = Networks.Description(Networks.Conv(0x1, 0x2000, pad: 0) with { WeightBits = 4 });
        SynthesizedNetwork network = Networks.Synthesize(Networks.Network(new(5, 5, 1), description, Networks.Arrays([3, 1, 3, 3], i => Math.Clamp(i - 13, -8, 7))));
        Assert.Contains((0x50100790L, 0x00c08000L), Registers(network, 0, 0));
        Assert.Contains((0x50100a10L, 0x800L), Registers(network, 0, 0));
        Assert.Contains((0x50100610L, 8L), Registers(network, 0, 0));
    }

    [Fact]
    public void StartSequence_EnablesAllQuadrantsAndThenTheFirst() =>
        Assert.Equal([0x00100808, 0x00100809, 0x00100809, 0x00100809, 0x00100009], Function(Mnist, "cnn_start").Select(a => (long)a.Value));

    [Fact]
    public void RoundedAveragePooling_IsSwitchedOnAtTheStart()
    {
        NetworkDescription description = Networks.Description(Networks.Conv(0x1, 0x2000));
        SynthesizedNetwork network = Networks.Synthesize(Networks.Network(new(5, 5, 1), description, Networks.Arrays([1, 1, 3, 3], i => i)) with { RoundAveragePooling = true });
        Assert.Equal([0x00102808, 0x00102009], Function(network, "cnn_start").Select(a => (long)a.Value));
    }

    [Fact]
    public void Power_IsSwitchedOnForUsedQuadrantsOnly()
    {
        NetworkDescription description = Networks.Description(Networks.Conv(0x1, 0x2000) with { OutputProcessors = new ProcessorMap(1ul << 32) });
        SynthesizedNetwork network = Networks.Synthesize(Networks.Network(new(5, 5, 1), description, Networks.Arrays([1, 1, 3, 3], i => i)));
        Assert.Equal([0xf, 5, 5, 0xa, 0, 0], Function(network, "cnn_enable").Select(a => (long)a.Value));
    }

    [Fact]
    public void ZeroRegisters_AreWrittenOnlyIfAskedFor()
    {
        QuantizedNetworkOfOneLayer(out SynthesizedNetwork brief, out SynthesizedNetwork full);
        Assert.DoesNotContain(Function(brief, "cnn_configure"), a => a.Value == 0);
        Assert.Equal(19, Function(full, "cnn_configure").Length);
        Assert.Contains(Function(full, "cnn_init"), a => a.Address == 0x50100008);
    }

    private static void QuantizedNetworkOfOneLayer(out SynthesizedNetwork brief, out SynthesizedNetwork full)
    {
        var network = Networks.Network(new(5, 5, 1), Networks.Description(Networks.Conv(0x1, 0x2000)), Networks.Arrays([1, 1, 3, 3], i => i));
        brief = Networks.Synthesize(network);
        full = Networks.Synthesize(network, new SynthesisOptions { WriteZeroRegisters = true });
    }

    private static (long Address, long Value)[] Registers(int layer, int quadrant) => Registers(Mnist, layer, quadrant);

    private static (long Address, long Value)[] Registers(SynthesizedNetwork network, int layer, int quadrant) =>
        [.. Function(network, "cnn_configure").Where(a => a.Layer == layer && a.Address - 0x50100000 >> 22 == quadrant).Select(a => ((long)a.Address, (long)a.Value))];

    private static ImmutableArray<ProgramAccess> Function(SynthesizedNetwork network, string name) => network.Program.Functions.Single(f => f.Name == name).Accesses;
}
