// SPDX-License-Identifier: MIT
using Ai8x.CodeGen.Placement;
using Ai8x.Device.Limits;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Tests.Generator;

/// <summary>Each limit of processors and memories, on both sides where a number is involved.</summary>
public sealed class PlacerTests
{
    private static readonly FeatureShape Small = new(4, 4, 1);

    [Fact]
    public void WrongNumberOfProcessors_IsRefused() => AssertBroken("processor-count", Small, Networks.Conv(0x3, 0x2000), 1, 1);

    [Fact]
    public void WrongNumberOfOutputProcessors_IsRefused() =>
        AssertBroken("output-processor-count", Small, Networks.Conv(0x1, 0x2000) with { OutputProcessors = new ProcessorMap(3) }, 1, 1);

    [Fact]
    public void ChwChannelsOnOneInstance_AreRefused() =>
        AssertBroken("chw-processors", new(4, 4, 2), Networks.Conv(0x3, 0x2000) with { DataFormat = DataFormat.Chw }, 2, 1);

    [Fact]
    public void ChwInALaterLayer_IsRefused() => AssertBroken(
        "chw-first-layer", Small, Networks.Description(Networks.Conv(0x1, 0x2000), Networks.Conv(0x1, 0) with { DataFormat = DataFormat.Chw }), Weights(1, 1), Weights(1, 1));

    [Fact]
    public void NetworkWithoutQuadrantZero_IsRefused() =>
        AssertBroken("quadrant-zero", Small, Networks.Conv(1ul << 16, 0x2000) with { OutputProcessors = new ProcessorMap(1ul << 16) }, 1, 1);

    [Theory]
    [InlineData(2, true)]
    [InlineData(-4, true)]
    [InlineData(32768, true)]
    [InlineData(0x2004, false)]
    public void Offsets_AreMultiplesOfFourInsideTheMemory(int offset, bool broken) => AssertWhen(broken, "offset-alignment", Small, Networks.Conv(0x1, offset), 1, 1);

    [Theory]
    [InlineData(0x7fc0, false)]
    [InlineData(0x7fc4, true)]
    public void Output_EndsWithinTheMemory(int offset, bool broken) => AssertWhen(broken, "output-memory", Small, Networks.Conv(0x1, offset), 1, 1);

    [Theory]
    [InlineData(128, 64, DataFormat.Hwc, 0, false)]
    [InlineData(128, 64, DataFormat.Hwc, 4, true)]
    [InlineData(128, 128, DataFormat.Chw, 0x4000, false)]
    [InlineData(128, 128, DataFormat.Chw, 0x4004, true)]
    public void Input_EndsWithinTheMemory(int rows, int columns, DataFormat format, int offset, bool broken)
    {
        var pool = new Pooling(PoolingKind.Max, 16, 16, 16);
        LayerDescription layer = Networks.Conv(0x1, 0) with { DataFormat = format, InputOffset = offset, Pooling = pool, OutputProcessors = new ProcessorMap(1ul << 4) };
        AssertWhen(broken, "input-memory", new(rows, columns, 1), layer, 1, 1);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(60, true)]
    [InlineData(64, false)]
    public void OutputOverItsOwnInput_IsRefused(int offset, bool broken) => AssertWhen(broken, "live-data", Small, Networks.Conv(0x1, offset), 1, 1);

    [Fact]
    public void OutputOnOtherProcessorsAtTheSameOffset_IsAllowed() => AssertWhen(false, "live-data", Small, Networks.Conv(0x1, 0) with { OutputProcessors = new ProcessorMap(0x10) }, 1, 1);

    [Fact]
    public void OutputOverAnEarlierMarkedOutput_IsRefused()
    {
        NetworkDescription description = Networks.Description(
            Networks.Conv(0x1, 0x2000) with { IsOutput = true }, Networks.Conv(0x1, 0x4000), Networks.Conv(0x1, 0x2000) with { IsOutput = true });
        AssertBroken("live-data", Small, description, Weights(1, 1), Weights(1, 1), Weights(1, 1));
    }

    [Fact]
    public void MoreThan64Channels_AreDealtOverPassesOfWholeGroupsOfFour()
    {
        LayerDescription layer = Networks.Conv(0x1, 0x2000);
        AssertWhen(false, "output-processor-count", Small, layer with { OutputProcessors = new ProcessorMap(0xfffffffff) }, 1, 65);
        AssertWhen(true, "output-processor-count", Small, layer with { OutputProcessors = new ProcessorMap(0x1ffffffff) }, 1, 65);
    }

    [Fact]
    public void LayerThatReadsElsewhere_IsRefused()
    {
        NetworkDescription description = Networks.Description(Networks.Conv(0x1, 0x2000), Networks.Conv(0x1, 0x4000) with { InputOffset = 0x3000 });
        AssertBroken("connected-layers", Small, description, Weights(1, 1), Weights(1, 1));
        description = Networks.Description(Networks.Conv(0x1, 0x2000) with { OutputProcessors = new ProcessorMap(0x2) }, Networks.Conv(0x1, 0x4000));
        AssertBroken("connected-layers", Small, description, Weights(1, 1), Weights(1, 1));
    }

    [Fact]
    public void OutputsOfDifferentWidth_AreRefused()
    {
        NetworkDescription description = Networks.Description(
            Networks.Conv(0x1, 0x2000) with { IsOutput = true }, Networks.Conv(0x1, 0x4000) with { IsOutput = true, OutputWidth = 32 });
        AssertBroken("output-widths", Small, description, Weights(1, 1), Weights(1, 1));
    }

    [Theory]
    [InlineData(0x1111ul, 4, false)]
    [InlineData(0x1011ul, 3, true)]
    [InlineData(0x7ffe7ffeul, 28, false)]
    public void GapsInTheOutputMap_AreUniformInEachQuadrant(ulong map, int outputs, bool broken) =>
        AssertWhen(broken, "output-map-gaps", Small, Networks.Conv(0x1, 0x2000) with { OutputProcessors = new ProcessorMap(map) }, 1, outputs);

    [Fact]
    public void GapsWithSmallKernelsWeightsOrBias_AreRefused()
    {
        LayerDescription layer = Networks.Conv(0x1, 0x2000) with { OutputProcessors = new ProcessorMap(0x11) };
        AssertBroken("output-map-gaps", Small, layer with { WeightBits = 4 }, 1, 2);
        AssertBroken("output-map-gaps", Small, Networks.Description(layer with { KernelRows = 1, KernelColumns = 1, Padding = 0 }), Networks.Arrays([2, 1, 1, 1], i => i));
        AssertBroken("output-map-gaps", Small, Networks.Description(layer), Networks.Arrays([2, 1, 3, 3], _ => 1, [1, 2]));
    }

    [Fact]
    public void SmallWeightsThatStartInsideAWord_AreRefused() =>
        AssertBroken("packed-weights-lane", Small, Networks.Conv(0x1, 0x2000) with { OutputProcessors = new ProcessorMap(0x6), WeightBits = 2 }, 1, 2);

    [Theory]
    [InlineData(12, false)]
    [InlineData(13, true)]
    public void Kernels_FitTheirMemory(int layers, bool broken)
    {
        LayerDescription[] descriptions = [.. Enumerable.Range(0, layers).Select(i => Networks.Conv(ulong.MaxValue, i % 2 == 0 ? 0x2000 : 0))];
        IntegerLayerArrays[] arrays = [.. Enumerable.Range(0, layers).Select(layer => Networks.Arrays([64, 64, 3, 3], i => (i + layer) % 100))];
        FeatureShape input = new(4, 4, 64);
        if (broken) AssertBroken("kernel-memory", input, Networks.Description(descriptions), arrays);
        else Assert.Equal(704, Placer.Place(Networks.Network(input, Networks.Description(descriptions), arrays)).Layers[^1].KernelStart);
    }

    [Theory]
    [InlineData(8, false)]
    [InlineData(9, true)]
    public void Biases_FitTheirMemory(int layers, bool broken)
    {
        LayerDescription[] descriptions = [.. Enumerable.Range(0, layers).Select(i => Networks.Conv(ulong.MaxValue, i % 2 == 0 ? 0x2000 : 0) with { BiasQuadrants = [2] })];
        IntegerLayerArrays[] arrays = [.. descriptions.Select((_, layer) => Networks.Arrays([64, 64, 3, 3], i => i % 100, [.. Enumerable.Repeat(layer + 1, 64)]))];
        AssertWhen(broken, "bias-memory", new(4, 4, 64), Networks.Description(descriptions), arrays);
    }

    [Fact]
    public void BiasInAnUnusedQuadrant_IsRefused() => AssertBroken(
        "bias-quadrant", Small, Networks.Description(Networks.Conv(0x1, 0x2000) with { BiasQuadrants = [3] }), Networks.Arrays([1, 1, 3, 3], i => i, [1]));

    [Fact]
    public void Biases_GoToTheEmptiestQuadrantFlattenedLayersFirst()
    {
        NetworkDescription description = Networks.Description(
            Networks.Conv(0x1, 0x2000), Networks.Conv(0x1ul << 16, 0), Networks.Linear(0x1, 0x4000) with { OutputWidth = 32 });
        QuantizedNetwork network = Networks.Network(
            new(2, 2, 1), description, Networks.Arrays([1, 1, 3, 3], i => i, [11]), Networks.Arrays([1, 1, 3, 3], i => i + 1, [22]), Networks.Arrays([3, 4], i => i, [7, 8, 9]));
        NetworkPlacement placement = Placer.Place(network);
        Assert.Equal([1, 1, 0], placement.Layers.Select(layer => layer.BiasQuadrant!.Value));
        Assert.Equal([0, 1, 0], placement.Layers.Select(layer => layer.BiasOffset));
        Assert.Equal([7, 8, 9], placement.Biases[0].Bytes.Select(b => (int)b));
        Assert.Equal([11, 22], placement.Biases[1].Bytes.Select(b => (int)b));
    }

    [Fact]
    public void BiasOfZeros_IsLeftOutWithANotice()
    {
        NetworkPlacement placement = Placer.Place(Networks.Network(Small, Networks.Description(Networks.Conv(0x1, 0x2000)), Networks.Arrays([1, 1, 3, 3], i => i, [0])));
        Assert.Null(placement.Layers[0].BiasQuadrant);
        Assert.Empty(placement.Biases);
        Assert.Single(placement.Notices);
    }

    [Fact]
    public void AllViolations_AreCollectedWithTheirPlaces()
    {
        NetworkDescription description = Networks.Description(Networks.Conv(0x3, 0x2001) with { Name = "first", Line = 7 }, Networks.Conv(0x7, 0x7ffc));
        LimitException e = Assert.Throws<LimitException>(() => Placer.Place(Networks.Network(Small, description, Weights(1, 1), Weights(1, 1))));
        Assert.Equal(
            ["processor-count", "output-processor-count", "offset-alignment", "processor-count", "offset-alignment", "output-memory"], e.Violations.Select(v => v.Rule.Id));
        Assert.Equal("layer 0 \"first\" (net.yaml line 7)", e.Violations[0].Where);
    }

    [Fact]
    public void StoppingEarly_KeepsTheOutputWhereTheNextLayerReads()
    {
        NetworkDescription description = Networks.Description(Networks.Conv(0x1, 0x2000), Networks.Conv(0x10, 0));
        NetworkPlacement placement = Placer.Place(Networks.Network(Small, description.StopAfter(0), Weights(1, 1)));
        Assert.Equal(0x10ul, Assert.Single(placement.Layers).OutputMap.Bits);
    }

    [Fact]
    public void SoftmaxOfAMap_IsRefused()
    {
        QuantizedNetwork network = Networks.Network(Small, Networks.Description(Networks.Conv(0x1, 0x2000)), Weights(1, 3));
        LimitException e = Assert.Throws<LimitException>(() => Networks.Synthesize(network, new() { Softmax = true }));
        Assert.Equal("softmax", Assert.Single(e.Violations).Rule.Id);
    }

    private static IntegerLayerArrays Weights(int inputs, int outputs) => Networks.Arrays([outputs, inputs, 3, 3], _ => 1);

    private static void AssertBroken(string rule, FeatureShape input, LayerDescription layer, int inputs, int outputs) =>
        AssertBroken(rule, input, Networks.Description(layer), Weights(inputs, outputs));

    private static void AssertWhen(bool broken, string rule, FeatureShape input, LayerDescription layer, int inputs, int outputs) =>
        AssertWhen(broken, rule, input, Networks.Description(layer), Weights(inputs, outputs));

    private static void AssertWhen(bool broken, string rule, FeatureShape input, NetworkDescription description, params IntegerLayerArrays[] arrays)
    {
        if (broken) AssertBroken(rule, input, description, arrays);
        else Assert.NotNull(Placer.Place(Networks.Network(input, description, arrays)));
    }

    private static void AssertBroken(string rule, FeatureShape input, NetworkDescription description, params IntegerLayerArrays[] arrays)
    {
        LimitException e = Assert.Throws<LimitException>(() => Placer.Place(Networks.Network(input, description, arrays)));
        Assert.Contains(e.Violations, violation => violation.Rule.Id == rule);
    }
}
