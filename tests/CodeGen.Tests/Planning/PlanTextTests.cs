// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Xml.Linq;
using Ai8x.CodeGen.Planning;
using Ai8x.CodeGen.Tests.Generator;
using Ai8x.CodeGen.Tests.Planning.Suggestions;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Tests.Planning;

/// <summary>What a plan says about itself: the table and the drawing.</summary>
public sealed class PlanTextTests
{
    [Fact]
    public void Explain_SaysForEachLayerWhatWasChosen()
    {
        NetworkPlan plan = Mnist();
        string[] lines = PlanText.Explain(plan).Split('\n');
        Assert.StartsWith("layer", lines[0].TrimStart(), StringComparison.Ordinal);
        for (int i = 0; i < plan.Layers.Length; i++)
        {
            string[] cells = lines[1 + i].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            Assert.Equal(i.ToString(CultureInfo.InvariantCulture), cells[0]);
            Assert.Contains(plan.Layers[i].Cycles.ToString("N0", CultureInfo.InvariantCulture), cells);
            Assert.Contains(plan.Layers[i].KernelWords.ToString(CultureInfo.InvariantCulture), cells);
        }

        Assert.Contains("<- slowest", lines[1], StringComparison.Ordinal);
        Assert.Single(lines, line => line.Contains("<- slowest", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("70,157 cycles", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.True(line.All(c => c is >= ' ' and <= '~')));
    }

    /// <summary>28x28 pixels, four of them in a word, one processor; then a map of 28x28 words in 15 instances.</summary>
    [Fact]
    public void Explain_CountsLiveBytesBeforeAndAfterALayer()
    {
        string first = PlanText.Explain(Mnist()).Split('\n')[1];
        string[] cells = first.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        int at = Array.IndexOf(cells, "784");
        Assert.True(at > 0, first);
        Assert.Equal("47,040", cells[at + 1]);
    }

    [Fact]
    public void Drawing_IsWellFormed_AndShowsEachOutputInEachInstance()
    {
        NetworkPlan plan = Mnist();
        XElement svg = XDocument.Parse(PlanSvg.Of(plan)).Root!;
        string[] titles = [.. svg.Descendants().Where(element => element.Name.LocalName == "title").Select(element => element.Value)];
        Assert.Equal(15, titles.Count(title => title.StartsWith("layer 0", StringComparison.Ordinal) && title.Contains("output", StringComparison.Ordinal)));
        Assert.Equal(plan.Layers.Sum(layer => layer.Processors.Count), titles.Count(title => title.Contains("kernel words", StringComparison.Ordinal)));
        double height = double.Parse(svg.Attribute("height")!.Value, CultureInfo.InvariantCulture);
        Assert.All(svg.Descendants().Where(element => element.Attribute("y") is not null), element => Assert.InRange(double.Parse(element.Attribute("y")!.Value, CultureInfo.InvariantCulture), 0, height));
    }

    /// <summary>
    /// 3x200x200 pixels by FIFO, in three rings of 12 words; a ring of 202 * 5 + 8 + 3 * 200 + 4 words in the two instances of the eight channels behind the first layer (machine.md
    /// section 12.1); then 16x50x50 in four instances.
    /// </summary>
    [Fact]
    public void Explain_ShowsTheRingsOfStreamingLayers()
    {
        NetworkPlan plan = Streamed();
        string[] lines = PlanText.Explain(plan).Split('\n');
        string[][] cells = [.. lines[1..4].Select(line => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        int ring = Array.IndexOf(lines[0].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), "ring");
        Assert.Equal(["12", "1,622", "-"], cells.Select(row => row[ring]));
        Assert.Equal((3 * 4 * 12 + 2 * 4 * 1622).ToString("N0", CultureInfo.InvariantCulture), cells[0][ring + 1]);
        Assert.Equal((4 * 4 * 50 * 50).ToString("N0", CultureInfo.InvariantCulture), cells[1][ring + 2]);
        Assert.Contains("The first 2 layers stream: synthesize this description with --fifo.", lines);
    }

    [Fact]
    public void Drawing_ShowsRings_AsLongAsDataStreams()
    {
        NetworkPlan plan = Streamed();
        XElement svg = XDocument.Parse(PlanSvg.Of(plan)).Root!;
        (string Title, string Width)[] boxes = [.. svg.Descendants().Where(element => element.Name.LocalName == "title").Select(element => (element.Value, element.Parent!.Attribute("width")!.Value))];
        (string Title, string Width)[] rings = [.. boxes.Where(box => box.Title.Contains("ring, bytes", StringComparison.Ordinal))];
        Assert.Equal(5, rings.Length);
        Assert.All(rings, ring => Assert.Equal("132", ring.Width));
        int length = 4 * 1622, start = plan.Layers[1].InputOffset;
        Assert.Equal(2, rings.Count(ring => ring.Title.EndsWith(string.Create(CultureInfo.InvariantCulture, $"bytes 0x{start:x4} to 0x{start + length - 1:x4}"), StringComparison.Ordinal)));
    }

    /// <summary>Writes to the FIFOs: three times a quarter of the pixels where four share a word, each pixel twice where eight channels fill two words.</summary>
    [Theory]
    [InlineData(3, "CHW: four pixels of a channel in a word, so the input takes 30,000 writes")]
    [InlineData(8, "HWC: four channels of a pixel in a word, so the input takes 80,000 writes")]
    public void Reasons_CountTheWritesToTheFifos(int channels, string reason) => Assert.Contains(Streamed(channels).Layers[0].Reasons, text => text.StartsWith(reason, StringComparison.Ordinal));

    /// <summary>16 pixels of 128 channels: two passes of 16 groups of four.</summary>
    [Fact]
    public void Reasons_CountTheBusWritesOfAllPasses()
    {
        NetworkPlan plan = Planner.Plan(new ChainBuilder(4, 4, 128).Conv(4).Graph("p"), cancellation: TestContext.Current.CancellationToken);
        Assert.Contains(plan.Layers[0].Reasons, text => text.EndsWith("loaded with 512 bus writes.", StringComparison.Ordinal));
    }

    private static NetworkPlan Streamed(int channels = 3) =>
        Planner.Plan(new ChainBuilder(200, 200, channels).Conv(8).Conv(16, pool: 4).Conv(8, pool: 4).Graph("s"), cancellation: TestContext.Current.CancellationToken);

    private static NetworkPlan Mnist()
    {
        QuantizedNetwork network = Generator.Networks.Mnist(new Random(1));
        return Planner.Plan(network.Description, description => Requantized(network, description), cancellation: TestContext.Current.CancellationToken);
    }

    /// <summary>The same integers under another description.</summary>
    private static QuantizedNetwork Requantized(QuantizedNetwork network, NetworkDescription description) => Quantizer.FromIntegers(
        "net",
        network.Input,
        description,
        [.. network.Layers.Select(layer => Generator.Networks.Arrays(Shape(layer), i => layer.Weights[i], [.. layer.Bias.Select(value => (int)value)]))],
        QuantizationOptions.Default);

    private static int[] Shape(QuantizedLayer layer) => layer.Operator == LayerOperator.Linear
        ? [layer.Output.Channels, layer.Weights.Length / layer.Output.Channels]
        : [layer.Output.Channels, layer.Input.Channels, 3, 3];
}
