// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Xml.Linq;
using Ai8x.CodeGen.Maps;
using Ai8x.CodeGen.Placement;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Tests.Maps;

/// <summary>What the maps show is where the placement put it, and what has no room is seen.</summary>
public sealed class MemoryMapTests
{
    [Fact]
    public void KernelMap_ShowsTheWorkedExample()
    {
        MapOfMemory map = MemoryMaps.Of(Placer.Attempt(Generator.Networks.Mnist(new Random(1))))[0];
        Assert.Equal(768, map.Capacity);
        Assert.Equal(64, map.Rows.Length);
        // Processor 0: 60 words of layer 0, 18 words of layer 4 from 128 on. Processor 4: layers 1, 2, 3 and 4.
        Assert.Equal([(0, 0, 60), (4, 128, 18)], map.Rows[0].Spans.Select(span => (span.Layer, span.Start, span.Length)));
        Assert.Equal([(1, 0), (2, 60), (3, 116), (4, 128)], map.Rows[4].Spans.Select(span => (span.Layer, span.Start)));
        Assert.Empty(map.Overflowing);
    }

    [Fact]
    public void DataMap_ShowsTheWorkedExample()
    {
        MapOfMemory map = MemoryMaps.Of(Placer.Attempt(Generator.Networks.Mnist(new Random(1))))[1];
        Assert.Equal(32768, map.Capacity);
        Assert.Equal(16, map.Rows.Length);
        Assert.Contains(map.Rows[0].Spans, span => (span.Layer, span.Start, span.Length) == (-1, 0, 784));
        Assert.Contains(map.Rows[1].Spans, span => (span.Layer, span.Start, span.Length) == (0, 0x2000, 3136));
        Assert.Contains(map.Rows[2].Spans, span => span.Layer == 4 && span.Start == 0x1000);
    }

    [Fact]
    public void Maps_OfKernelsThatDoNotFit_ShowThemBehindTheEnd()
    {
        PlacementAttempt attempt = Placer.Attempt(TooManyKernels());
        Assert.NotEmpty(attempt.Violations);
        MapOfMemory kernels = MemoryMaps.Of(attempt)[0];
        MapRow row = kernels.Overflowing.First();
        MapSpan lost = row.Spans.Single(span => span.End > kernels.Capacity);
        Assert.Equal(768, lost.Start);
        string text = MapText.Of(kernels);
        Assert.Contains("too many", text, StringComparison.Ordinal);
        Assert.Contains("no room", text, StringComparison.Ordinal);
        Assert.Contains("violation: ", PlacementListing.Of(attempt), StringComparison.Ordinal);
    }

    [Fact]
    public void Attempt_AndPlace_AgreeOnRefusals()
    {
        QuantizedNetwork network = TooManyKernels();
        var error = Assert.Throws<Device.Limits.LimitException>(() => Placer.Place(network));
        Assert.Equal(error.Violations.Select(v => v.Message), Placer.Attempt(network).Violations.Select(v => v.Message));
    }

    [Fact]
    public void Files_AreTextAndWellFormedDrawings_TheSameEveryTime()
    {
        PlacementAttempt attempt = Placer.Attempt(Generator.Networks.Mnist(new Random(1)));
        ImmutableArray<(string Name, string Text)> files = MapWriter.Files(attempt);
        Assert.Equal(["kernel.txt", "kernel.svg", "data.txt", "data.svg", "bias.txt", "bias.svg"], files.Select(file => file.Name));
        Assert.Equal(files, MapWriter.Files(attempt));
        foreach ((string name, string text) in files)
        {
            Assert.True(text.All(c => c is >= ' ' and <= '~' or '\n'), name);
            if (name.EndsWith(".svg", StringComparison.Ordinal)) Assert.Equal("svg", XDocument.Parse(text).Root!.Name.LocalName);
        }
    }

    [Fact]
    public void Used_CountsSharedUnitsOnce() =>
        Assert.Equal(15, new MapRow("r", [new(0, "a", "c", 0, 10), new(1, "b", "c", 5, 5), new(2, "d", "c", 20, 5)]).Used);

    private static QuantizedNetwork TooManyKernels()
    {
        const int Layers = 13;
        return Generator.Networks.Network(
            new(4, 4, 64),
            Generator.Networks.Description([.. Enumerable.Range(0, Layers).Select(i => Generator.Networks.Conv(ulong.MaxValue, i % 2 == 0 ? 0x2000 : 0))]),
            [.. Enumerable.Range(0, Layers).Select(i => Generator.Networks.Arrays([64, 64, 3, 3], n => (n * 31 + i) % 256 - 128))]);
    }
}
