// SPDX-License-Identifier: MIT
using Ai8x.CodeGen.Maps;
using Ai8x.CodeGen.Placement;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Tests.Generator;

/// <summary>What is allowed but said: the warnings of network-yaml.md sections 3 and 4.2, and overlaps that the user allows.</summary>
public sealed class NoticeTests
{
    private const string First = "{op: conv2d, pad: 1, activate: ReLU, processors: 1, out_offset: 0x2000}";

    [Theory]
    [InlineData("4x4", "reads 3 channels", "{op: conv2d, pad: 1, activate: ReLU, processors: 1, out_offset: 0x2000}, {op: conv2d, pad: 1, activate: ReLU, processors: 7, out_offset: 0x4000}", "3x1x3x3;1x3x3x3")]
    [InlineData("8x1", "one-dimensional data", First, "1x1x3x3")]
    [InlineData("1x1", "flatten has nothing to do", "{op: mlp, flatten: true, activate: ReLU, processors: 1, out_offset: 0x2000}", "1x1")]
    [InlineData("4x4", "32 bits wide", "{op: conv2d, pad: 1, activate: none, output_width: 32, output: true, processors: 1, out_offset: 0x2000}, {op: conv2d, pad: 1, activate: ReLU, in_sequences: input, in_offset: 0, processors: 1, out_offset: 0x4000}", "1x1x3x3;1x1x3x3", false)]
    public void Remark_IsANotice(string size, string words, string layers, string weights, bool expected = true)
    {
        string[] notices = Notices(size, layers, weights, SynthesisOptions.Default);
        Assert.Equal(expected, notices.Any(notice => notice.Contains(words, StringComparison.Ordinal)));
    }

    [Fact]
    public void AllowedOverlap_IsSaid_AndSoIsThatThereIsNone()
    {
        SynthesisOptions allow = new() { OverlapData = true };
        const string Second = "{op: conv2d, pad: 1, activate: ReLU, processors: 1, out_offset: OFFSET}";
        string[] overlapping = Notices("4x4", $"{First}, {Second.Replace("OFFSET", "0x2000", StringComparison.Ordinal)}", "1x1x3x3;1x1x3x3", allow);
        Assert.Contains(overlapping, notice => notice.StartsWith("layer 1 ", StringComparison.Ordinal) && notice.EndsWith("--overlap-data allows it.", StringComparison.Ordinal));
        string[] apart = Notices("4x4", $"{First}, {Second.Replace("OFFSET", "0x4000", StringComparison.Ordinal)}", "1x1x3x3;1x1x3x3", allow);
        Assert.Contains("net.yaml: nothing overlaps, so --overlap-data changes nothing.", apart);
        Assert.DoesNotContain(apart, notice => notice.EndsWith("--overlap-data allows it.", StringComparison.Ordinal));
    }

    [Fact]
    public void Listing_NamesTheRuleOfEveryDecision()
    {
        string[] lines = PlacementListing.Of(Placer.Attempt(Networks.Mnist(new Random(1)))).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines.Where(line => !line.StartsWith("layer ", StringComparison.Ordinal) && !line.StartsWith("notice: ", StringComparison.Ordinal)), line => Assert.EndsWith("]", line, StringComparison.Ordinal));
    }

    private static string[] Notices(string size, string layers, string weights, SynthesisOptions options)
    {
        int[] shape = Numbers(size);
        NetworkDescription description = NetworkYaml.Read($"{{arch: a, dataset: d, layers: [{layers}]}}", "net.yaml");
        QuantizedNetwork network = Networks.Network(new(shape[0], shape[1], 1), description, [.. weights.Split(';').Select(text => Networks.Arrays(Numbers(text), i => i % 5 - 2))]);
        return [.. Networks.Synthesize(network, options).Notices];
    }

    private static int[] Numbers(string text) => [.. text.Split('x').Select(part => int.Parse(part, System.Globalization.CultureInfo.InvariantCulture))];
}
