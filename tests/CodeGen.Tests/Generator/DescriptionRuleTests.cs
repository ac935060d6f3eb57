// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Device.Limits;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Tests.Generator;

/// <summary>Rules of maps, memories, sources and streaming, each with a description that keeps it and one that breaks it, and the layer that is named.</summary>
public sealed class DescriptionRuleTests
{
    private const string Strided = $"{{{Stream}, processors: 1, out_offset: 0x400}}, {{{Stream}, pool_stride: 16, processors: 1, output_processors: 0x10, out_offset: 0x4000}}";
    private const string Stream = "streaming: true, pad: 1, activate: none, op: conv2d";

    /// <summary>Rule, layer named, sample as channels x rows x columns, weights of all layers, accepted and refused layers.</summary>
    public static TheoryData<string, int, string, string, string, string> Cases() => new()
    {
        { "passthrough-map", 0, "4x4x4", "", "{op: none, processors: 0xf, output_processors: 0xf0, out_offset: 0x2000}", "{op: none, processors: 0xf, output_processors: 0x1e, out_offset: 0x2000}" },
        { "passthrough-map", 0, "4x4x4", "", "{op: none, processors: 0x30003, output_processors: 0x300030, out_offset: 0x2000}", "{op: none, processors: 0x30003, output_processors: 0xf0, out_offset: 0x2000}" },
        { "output-map-gaps", 0, "1x4x4", "2x1x1x1", "{op: conv2d, kernel_size: 1x1, pad: 0, processors: 1, output_processors: 3, out_offset: 0x2000}", "{op: conv2d, kernel_size: 1x1, pad: 0, processors: 1, output_processors: 5, out_offset: 0x2000}" },
        { "expansion-lane", 0, "1x4x4", "70x1x3x3", "{op: conv2d, pad: 1, processors: 1, output_processors: 0xfffffffff0, out_offset: 0x2000}", "{op: conv2d, pad: 1, processors: 1, output_processors: 0x1ffffffffe, out_offset: 0x2000}" },
        { "write-gap", 0, "1x4x4", "", "{op: none, processors: 1, write_gap: 15, out_offset: 0x2000}", "{op: none, processors: 1, write_gap: 16, out_offset: 0x2000}" },
        { "write-gap", 0, "1x4x4", "70x1x3x3", "{op: conv2d, pad: 1, processors: 1, write_gap: 7, output_processors: 0xfffffffff0, out_offset: 0x2000}", "{op: conv2d, pad: 1, processors: 1, write_gap: 8, output_processors: 0xfffffffff0, out_offset: 0x2000}" },
        { "output-memory", 0, "1x4x4", "", "{op: none, processors: 1, write_gap: 1, out_offset: 0x7f84}", "{op: none, processors: 1, write_gap: 1, out_offset: 0x7f88}" },
        { "folded-offset", 0, "1x30x1", "1x1x3", "{op: conv1d, kernel_size: 3, dilation: 5, pad: 0, processors: 1, in_offset: 0x1000, out_offset: 0x14}", "{op: conv1d, kernel_size: 3, dilation: 5, pad: 0, processors: 1, in_offset: 0x1000, out_offset: 0x10}" },
        { "input-memory", 0, "1x30x1", "1x1x2", "{op: conv1d, kernel_size: 2, dilation: 11, pad: 0, processors: 1, in_offset: 0x7f7c, out_offset: 0}", "{op: conv1d, kernel_size: 2, dilation: 11, pad: 0, processors: 1, in_offset: 0x7f80, out_offset: 0}" },
        { "chw-single-pass", 0, "1x4x4", "2x16", "{op: mlp, flatten: true, processors: 1, data_format: HWC, out_offset: 0x2000}", "{op: mlp, flatten: true, processors: 1, data_format: CHW, out_offset: 0x2000}" },
        { "connected-layers", 1, "1x4x4", "1x1x3x3;1x1x3x3", "{op: conv2d, pad: 1, processors: 1, out_offset: 0x2000}, {op: conv2d, pad: 1, processors: 1, in_offset: 0x2000, out_offset: 0}", "{op: conv2d, pad: 1, processors: 1, out_offset: 0x2000}, {op: conv2d, pad: 1, processors: 1, in_offset: 0x2004, out_offset: 0}" },
        { "connected-layers", 1, "1x4x4", "1x1x3x3;1x1x3x3", "{op: conv2d, pad: 1, processors: 1, output_processors: 2, out_offset: 0x2000}, {op: conv2d, pad: 1, processors: 2, out_offset: 0}", "{op: conv2d, pad: 1, processors: 1, output_processors: 2, out_offset: 0x2000}, {op: conv2d, pad: 1, processors: 1, out_offset: 0}" },
        { "connected-layers", 1, "1x4x4", "1x1x3x3;1x1x3x3", "{op: conv2d, pad: 1, processors: 1, out_offset: 0x2000}, {op: conv2d, pad: 1, processors: 1, in_crop: [1, 1], in_offset: 0x2010, out_offset: 0}", "{op: conv2d, pad: 1, processors: 1, out_offset: 0x2000}, {op: conv2d, pad: 1, processors: 1, in_crop: [1, 1], in_offset: 0x2000, out_offset: 0}" },
        { "connected-layers", 2, "1x4x4", "2x1x3x3;2x1x3x3", Sum("0x2004", 1), Sum("0x2008", 1) },
        { "connected-layers", 2, "1x4x4", "2x1x3x3;2x1x3x3", Sum("0x2004", 1), Sum("0x2004", 0) },
        { "connected-layers", 2, "1x4x4", "4x1x3x3;4x1x3x3;1x8x3x3", Joined("[0, 1]"), Joined("[1, 0]") },
        { "live-data", 1, "1x4x4", "1x1x3x3;1x1x3x3", Chained("0x2040"), Chained("0x203c") },
        { "live-data", 1, "1x4x4", "1x1x3x3;1x1x3x3;1x1x3x3", Again("0x0040"), Again("0x003c") },
    };

    /// <summary>The same with the input through a FIFO.</summary>
    public static TheoryData<string, int, string, string, string, string> FifoCases() => new()
    {
        { "fifo-channels", 0, "16x4x4", "1x16x3x3", "{op: conv2d, pad: 1, processors: 0x000f000f000f000f, out_offset: 0x2000}", "" },
        { "fifo-channels", 0, "17x4x4", "1x17x3x3", "", "{op: conv2d, pad: 1, processors: 0x1ffff, out_offset: 0x2000}" },
        { "fifo-channels", 0, "5x4x4", "1x5x3x3", "", "{op: conv2d, pad: 1, data_format: CHW, processors: 0x11111, out_offset: 0x2000}" },
        { "fifo-processors", 0, "1x4x4", "1x1x3x3", "{op: conv2d, pad: 1, processors: 1, out_offset: 0x2000}", "{op: conv2d, pad: 1, processors: 0x10, out_offset: 0x2000}" },
        { "fifo-processors", 0, "2x4x4", "1x2x3x3", "{op: conv2d, pad: 1, processors: 0x10001, data_format: CHW, out_offset: 0x2000}", "{op: conv2d, pad: 1, processors: 0x100000001, data_format: CHW, out_offset: 0x2000}" },
        { "fifo-folded", 0, "1x30x1", "1x1x3", "{op: conv1d, kernel_size: 3, dilation: 5, pad: 0, processors: 1, out_offset: 0x2000}", "{op: conv1d, kernel_size: 3, dilation: 7, pad: 0, processors: 1, out_offset: 0x2000}" },
        { "streaming-prefix", 1, "1x8x8", "1x1x3x3;1x1x3x3", $"{{{Stream}, processors: 1, out_offset: 0x2000}}, {{{Stream}, processors: 1, out_offset: 0x4000}}", $"{{pad: 1, op: conv2d, processors: 1, out_offset: 0x2000}}, {{{Stream}, processors: 1, out_offset: 0x4000}}" },
        { "streaming-layers", 8, "1x8x8", "1x1x3x3;1x1x3x3;1x1x3x3;1x1x3x3;1x1x3x3;1x1x3x3;1x1x3x3;1x1x3x3;1x1x3x3", Chain(8), Chain(9) },
        { "streaming-padding", 0, "1x8x8", "1x1x3x3", $"{{{Stream}, processors: 1, out_offset: 0x2000}}", "{streaming: true, pad: 0, op: conv2d, processors: 1, out_offset: 0x2000}" },
        { "streaming-counters", 1, "1x18x270", "1x1x3x3;1x1x3x3", Strided, "" },
        { "streaming-counters", 1, "1x18x271", "1x1x3x3;1x1x3x3", "", Strided },
        { "streaming-buffers", 0, "1x8x8", "1x1x3x3;1x1x3x3", $"{{{Stream}, processors: 1, out_offset: 0x0c}}, {{{Stream}, processors: 1, out_offset: 0x4000}}", $"{{{Stream}, processors: 1, out_offset: 0x08}}, {{{Stream}, processors: 1, out_offset: 0x4000}}" },
        { "streaming-buffers", 1, "1x8x8", "1x1x3x3;1x1x3x3", $"{{{Stream}, processors: 1, out_offset: 0x2000}}, {{{Stream}, processors: 1, out_offset: 0x4000}}", $"{{{Stream}, processors: 1, out_offset: 0x2000}}, {{{Stream}, processors: 1, out_offset: 0x2040}}" },
        { "connected-layers", 1, "4x4x4", "4x4x3x3;4x4x3x3", "", "{op: conv2d, pad: 1, processors: 0xf, out_offset: 0x2000}, {op: conv2d, pad: 1, in_sequences: input, in_offset: 0, processors: 0xf, out_offset: 0x4000}" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rule_IsKeptOrNamed(string rule, int layer, string sample, string weights, string accepted, string refused) => Check(rule, layer, sample, weights, accepted, refused, new());

    [Theory]
    [MemberData(nameof(FifoCases))]
    public void FifoRule_IsKeptOrNamed(string rule, int layer, string sample, string weights, string accepted, string refused) => Check(rule, layer, sample, weights, accepted, refused, new() { Input = InputPath.Fifo });

    [Fact]
    public void FastFifo_BelongsToTheRiscvCoreAndTakesFewChannels()
    {
        const string Four = "{op: conv2d, pad: 1, processors: 0xf, out_offset: 0x2000}", Five = "{op: conv2d, pad: 1, processors: 0x1000f, out_offset: 0x2000}";
        Check("fast-fifo-core", 0, "4x4x4", "1x4x3x3", "", Four, new() { Input = InputPath.FastFifo });
        Check("fast-fifo", 0, "4x4x4", "1x4x3x3", Four, "", new() { Input = InputPath.FastFifo, Riscv = true });
        Check("fast-fifo", 0, "5x4x4", "1x5x3x3", "", Five, new() { Input = InputPath.FastFifo, Riscv = true });
    }

    [Fact]
    public void FirstStreamingLayer_NeedsAFifo()
    {
        const string Layer = $"{{{Stream}, processors: 1, out_offset: 0x2000}}";
        Check("streaming-input", 0, "1x8x8", "1x1x3x3", "", Layer, new());
        Check("streaming-input", 0, "1x8x8", "1x1x3x3", Layer, "", new() { AllowStreaming = true });
    }

    [Fact]
    public void OutputLayer_IsNotPassedOverByTheIntegerComputation()
    {
        const string First = "{op: conv2d, pad: 1, processors: 1, out_offset: 0x2000", Last = ", {op: conv2d, pad: 1, processors: 1, out_offset: 0x4000}";
        Check("computed-outputs", 1, "1x4x4", "1x1x3x3;1x1x3x3", First + "}" + Last, First + ", simulated_sequence: stop}" + Last, new());
    }

    [Fact]
    public void AllBrokenRules_AreCollected()
    {
        LimitException refusal = Assert.Throws<LimitException>(() => Synthesize(
            "1x4x4", "2x1x3x3;2x2x3x3", "{op: conv2d, pad: 1, processors: 3, out_offset: 0x7ff0}, {op: conv2d, pad: 1, processors: 0x30, output_processors: 0x7, in_offset: 4, write_gap: 20, out_offset: 0x40}", new()));
        Assert.Equal(["processor-count", "output-memory", "output-processor-count", "write-gap", "connected-layers"], refusal.Violations.Select(v => v.Rule.Id));
        Assert.All(refusal.Violations, violation => Assert.Contains("(rules.yaml line ", violation.Where, StringComparison.Ordinal));
    }

    [Fact]
    public void RulesOfShapesAndOfPlaces_AreCollectedTogether()
    {
        // A pooling window of 17 rows is no shape of the chip; the maps are wrong all the same.
        NetworkDescription description = Networks.Description(
            Networks.Conv(1, 0x2000) with { Pooling = new(PoolingKind.Max, 17, 17, 2) }, Networks.Conv(0x30, 0x7ffc) with { OutputShift = 20, OutputProcessors = new(1) });
        List<LimitViolation> broken = [];
        QuantizedNetwork network = Quantizer.FromIntegers("rules", new(40, 40, 1), description, [Networks.Arrays([2, 1, 3, 3], i => i), Networks.Arrays([2, 2, 3, 3], i => i)], QuantizationOptions.Default, broken);
        Assert.Equal(["pool-size", "output-shift"], broken.Select(v => v.Rule.Id));
        Assert.Equal(["pool-size", "output-shift", "output-processor-count", "output-memory"], Placement.Placer.Attempt(network, broken: broken).Violations.Select(v => v.Rule.Id));
    }

    [Fact]
    public void WeightsThatDoNotFit_DoNotHideBrokenRules()
    {
        NetworkDescription description = Networks.Description(Networks.Conv(1, 0x2000) with { OutputShift = 20, Pooling = new(PoolingKind.Max, 17, 17, 2) }, Networks.Conv(1, 0));
        QuantizationException refusal = Assert.Throws<QuantizationException>(
            () => Quantizer.FromIntegers("rules", new(40, 40, 1), description, [Networks.Arrays([1, 1, 3, 3], i => i), Networks.Arrays([1, 5, 3, 3], i => i)], QuantizationOptions.Default));
        Assert.Contains("5 inputs", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("(pool-size)", refusal.Message, StringComparison.Ordinal);
    }

    private static string Sum(string second, int gap) => string.Create(
        CultureInfo.InvariantCulture,
        $"{{op: conv2d, pad: 1, processors: 1, output_processors: 0x30, write_gap: 1, out_offset: 0x2000}}, {{op: conv2d, pad: 1, processors: 1, in_sequences: -1, in_offset: 0, output_processors: 0x30, write_gap: {gap}, out_offset: {second}}}, {{op: add, in_sequences: [0, 1], in_offset: 0x2000, processors: 0x30, out_offset: 0x4000}}");

    private static string Chained(string offset) => $"{{op: conv2d, pad: 1, processors: 1, out_offset: 0x2000}}, {{op: conv2d, pad: 1, processors: 1, out_offset: {offset}}}";

    // The third layer reads the network input once more.
    private static string Again(string offset) => Chained(offset).Replace("}, {", ", output_processors: 1}, {", StringComparison.Ordinal)[..^1] + ", output_processors: 1}, {op: conv2d, pad: 1, in_sequences: -1, in_offset: 0, processors: 1, out_offset: 0x4000}";

    private static string Joined(string order) =>
        $"{{op: conv2d, pad: 1, processors: 1, output_processors: 0xf0, out_offset: 0x2000}}, {{op: conv2d, pad: 1, processors: 1, in_sequences: -1, in_offset: 0, output_processors: 0xf00, out_offset: 0x2000}}, {{op: conv2d, pad: 1, in_sequences: {order}, in_offset: 0x2000, processors: 0xff0, out_offset: 0x4000}}";

    private static string Chain(int layers) => string.Join(", ", Enumerable.Range(1, layers).Select(i => string.Create(CultureInfo.InvariantCulture, $"{{{Stream}, processors: 1, out_offset: {0x400 * i}}}")));

    private static void Check(string rule, int layer, string sample, string weights, string accepted, string refused, SynthesisOptions options)
    {
        if (accepted.Length > 0) Synthesize(sample, weights, accepted, options);
        if (refused.Length == 0) return;
        LimitException refusal = Assert.Throws<LimitException>(() => Synthesize(sample, weights, refused, options));
        Assert.All(refusal.Violations, violation => Assert.Equal(rule, violation.Rule.Id));
        LimitViolation violation = refusal.Violations[0];
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"layer {layer} (rules.yaml line "), violation.Where, StringComparison.Ordinal);
        Assert.NotEmpty(violation.Actual);
        Assert.EndsWith(".", violation.Remedy, StringComparison.Ordinal);
    }

    private static void Synthesize(string sample, string weights, string layers, SynthesisOptions options)
    {
        NetworkDescription description = NetworkYaml.Read($"{{arch: a, dataset: d, layers: [{layers}]}}", "rules.yaml");
        int[] shape = Numbers(sample);
        IntegerLayerArrays[] arrays = weights.Length == 0 ? [] : [.. weights.Split(';').Select(text => Networks.Arrays(Numbers(text), i => i % 5 - 2))];
        QuantizedNetwork network = Quantizer.FromIntegers("rules", new(shape[1], shape[2], shape[0]), description, arrays, QuantizationOptions.Default);
        Synthesizer.Synthesize(network, new sbyte[network.Input.Count], options);
    }

    private static int[] Numbers(string text) => [.. text.Split('x').Select(part => int.Parse(part, CultureInfo.InvariantCulture))];
}
