// SPDX-License-Identifier: MIT
using System.Text.Json;
using Ai8x.CodeGen;
using Ai8x.Device.Limits;

namespace Ai8x.Golden;

/// <summary>Descriptions that must be refused, with a message that names the place.</summary>
public sealed class GeneratorRefusalTests
{
    // These are refused when options or files are read, which is the business of the flow and not of the generator.
    private static readonly string[] OfTheFlow =
    [
        "sample-float", "sample-missing", "weights-missing",
    ];

    // What the message must say; the rules in brackets are those of the device or of the generator.
    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["activation-unknown"] = "activate cannot be",
        ["bias-group-unused-quadrant"] = "(bias-quadrant)",
        ["bias-memory-overflow"] = "(bias-memory)",
        ["channels-over-1024"] = "(channels)",
        ["chw-on-layer-1"] = "(chw-first-layer)",
        ["chw-processors-not-spaced"] = "(chw-processors)",
        ["conv1d-kernel-10"] = "(conv1d-kernel)",
        ["conv2d-dilation-2"] = "dilation above 1",
        ["conv2d-stride-2"] = "stride must be 1",
        ["convtranspose-stride-1"] = "(transposed-kernel)",
        ["data-format-unknown"] = "data_format cannot be",
        ["device-binary-weights"] = "quantization cannot be",
        ["device-calcx4"] = "calcx4 does not exist",
        ["device-depthwise"] = "groups does not exist",
        ["device-read-gap"] = "read_gap does not exist",
        ["device-readahead"] = "readahead does not exist",
        ["device-snoop"] = "snoop does not exist",
        ["eltwise-17-operands"] = "(operands)",
        ["eltwise-channel-mismatch"] = "(operand-shapes)",
        ["fast-fifo-without-riscv"] = "(fast-fifo-core)",
        ["fifo-chw-over-4-channels"] = "(fifo-channels)",
        ["flatten-over-256"] = "(flatten-pixels)",
        ["in-dim-pixel-mismatch"] = "(reshape-pixels)",
        ["in-sequences-forward"] = "(input-layers)",
        ["input-dim-over-1024"] = "(dimensions)",
        ["input-exceeds-data-memory"] = "(input-memory)",
        ["kernel-2x2"] = "kernel of 1x1 or 3x3",
        ["kernel-3x1-conv2d"] = "kernel of 1x1 or 3x3",
        ["layers-33"] = "1 to 32 layers",
        ["mlp-without-flatten"] = "(linear-input)",
        ["multipass-processors-not-multiple-of-4"] = "(processor-count)",
        ["next-sequence"] = "next_sequence other than",
        ["op-unknown"] = "op cannot be",
        ["out-offset-over-range"] = "out_offset is 131072",
        ["out-offset-overlaps-input"] = "(live-data)",
        ["output-exceeds-data-memory"] = "(output-memory)",
        ["output-processors-count"] = "(output-processor-count)",
        ["output-shift-16"] = "(output-shift)",
        ["output-width-32-with-relu"] = "(wide-activation)",
        ["pad-3"] = "(padding)",
        ["pad-not-smaller-than-kernel"] = "(padding-below-kernel)",
        ["passthrough-pool-multipass"] = "(passthrough-pooling)",
        ["passthrough-with-activation"] = "(passthrough)",
        ["pool-17"] = "(pool-size)",
        ["pool-dilation"] = "pool_dilation above 1",
        ["pool-larger-than-input"] = "(pool-fits)",
        ["pool-stride-17"] = "(pool-stride)",
        ["processors-missing"] = "has no processors",
        ["processors-too-few"] = "(processor-count)",
        ["processors-zero"] = "processors is 0",
        ["quantization-3"] = "quantization cannot be",
        ["sample-channels-mismatch"] = "reads 5 channels",
        ["streaming-without-fifo"] = "(streaming-input)",
        ["weight-memory-overflow"] = "(kernel-memory)",
        ["weights-fewer-layers"] = "2 layers with weights",
        ["weights-over-8-bit"] = "8 bits hold",
        ["yaml-duplicate-key"] = "appears twice",
        ["yaml-no-arch"] = "The key arch is missing",
        ["yaml-no-layers"] = "The key layers is missing",
        ["yaml-syntax"] = "not well-formed YAML",
        ["yaml-unknown-key"] = "Did you mean pad?",
    };

    public static TheoryData<string> Cases()
    {
        string[] names = [.. GeneratorCase.Names("rejects").Where(name => !OfTheFlow.Contains(Path.GetFileName(name)))];
        return names.Length == 0 ? [""] : [.. names];
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Description_IsRefusedWithItsReason(string name)
    {
        Assert.SkipWhen(name.Length == 0, "The reference vectors (../shared/golden) are not there.");
        GeneratorCase rejected = GeneratorCase.Open(name);
        Exception e = Assert.ThrowsAny<Exception>(() => Generate(rejected));
        Assert.True(e is FormatException or LimitException, e.ToString());
        Assert.Contains(Reasons[Path.GetFileName(name)], e.Message, StringComparison.Ordinal);
        if (rejected.Facts.GetProperty("layer").ValueKind == JsonValueKind.Number)
        {
            Assert.Contains($"layer {rejected.Facts.GetProperty("layer").GetInt32()}", e.Message, StringComparison.Ordinal);
        }
    }

    private static void Generate(GeneratorCase rejected)
    {
        JsonElement data = rejected.Facts.GetProperty("data");
        bool tooLarge = data.TryGetProperty("weights", out JsonElement weights) && weights.EnumerateArray().Any(w => w.GetProperty("file").ValueKind == JsonValueKind.Null);
        Assert.SkipWhen(tooLarge && !Refused(rejected), "The arrays are too large to be part of the vectors.");
        Synthesizer.Synthesize(rejected.Quantized(), rejected.Sample(), rejected.SynthesisOptions());
    }

    private static bool Refused(GeneratorCase rejected)
    {
        try
        {
            rejected.Description();
            return false;
        }
        catch (FormatException)
        {
            return true;
        }
    }
}
