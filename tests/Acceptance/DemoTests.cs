// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Ai8x.CodeGen;
using Ai8x.Networks;
using Ai8x.Onnx;
using Ai8x.Quant;
using Ai8x.Tensors;

namespace Ai8x.Acceptance;

/// <summary>The demonstration, shortened, and what a single wrong bit in its C project does.</summary>
public sealed partial class DemoTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Demo_PrintsTheFlowAndItsVerdict_AndOneFlippedWeightBitIsFound()
    {
        ChildResult demo = ChildProcess.Ai8x(_folder.Path, "demo", "--epochs", "1", "--images", "5");
        Assert.True(demo.ExitCode == 0, demo.Output + demo.Error);
        Assert.Contains("accuracy  float ", demo.Output, StringComparison.Ordinal);
        Assert.Contains("integer ", demo.Output, StringComparison.Ordinal);
        Assert.Contains("simulated ", demo.Output, StringComparison.Ordinal);
        Assert.Contains("us at 50 MHz", demo.Output, StringComparison.Ordinal);
        Assert.Single(demo.Output.Split('\n'), line => line.StartsWith("VERIFIED: 5 images", StringComparison.Ordinal));

        string project = _folder["export", "demo", "fashionmnist"];
        Assert.Equal(0, ChildProcess.Ai8x(_folder.Path, "simulate", project).ExitCode);
        FlipSignOfAnInfluentialWeight(project);
        ChildResult broken = ChildProcess.Ai8x(_folder.Path, "simulate", project);
        Assert.Equal(1, broken.ExitCode);
        Assert.Matches("FAILED: .* first at 0x50[0-9a-f]{6}: expected 0x[0-9a-f]{8}, simulated 0x[0-9a-f]{8}", broken.Error);
    }

    /// <summary>
    /// The last layer reads 12 channels of 16 pixels on processors 0 to 11, one byte per kernel. Its kernel start stands in the register write of
    /// MCNT: position B of the byte grid holds output 0, pixel 0, and pixel n follows at B + n; position 9k + j is byte 8 - j of kernel word k.
    /// </summary>
    private static void FlipSignOfAnInfluentialWeight(string project)
    {
        (int processor, int pixel) = InputOfAtLeast16(project);
        Match mcnt = MaskCountOfLayer4().Match(File.ReadAllText(Path.Combine(project, "cnn.c")));
        Assert.True(mcnt.Success);
        int position = (int)(uint.Parse(mcnt.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> 19) + pixel;
        string file = Path.Combine(project, "weights.h");
        string text = File.ReadAllText(file);
        int start = text.IndexOf("#define KERNELS", StringComparison.Ordinal);
        Match[] words = [.. Word().Matches(text, start).Cast<Match>()];
        for (int i = 0; Value(words[i]) != 0;)
        {
            uint address = Value(words[i]), length = Value(words[i + 1]);
            int first = (int)(address & 0x3fff) / 4, byteIndex = 9 * (position / 9 - first) + 8 - position % 9;
            bool mine = (address & ~0x3fffu) == 0x50180000u + 0x4000u * (uint)processor && byteIndex >= 0 && byteIndex < 4 * (int)length;
            if (mine)
            {
                Match word = words[i + 2 + byteIndex / 4];
                uint flipped = Value(word) ^ (0x80000000u >> (8 * (byteIndex % 4)));
                File.WriteAllText(file, text[..word.Index] + "0x" + flipped.ToString("x8", CultureInfo.InvariantCulture) + text[(word.Index + word.Length)..]);
                return;
            }

            i += 2 + (int)length;
        }

        Assert.Fail("The weight was not found in weights.h.");
    }

    /// <summary>A processor (channel) and pixel of the last layer's input whose value in the sample is at least 16.</summary>
    private static (int Processor, int Pixel) InputOfAtLeast16(string project)
    {
        NetworkDescription description = NetworkYaml.ReadFile(Path.Combine(Locations.Repository, "networks", "fashionmnist.yaml"));
        NetworkGraph graph = OnnxImporter.Import(Path.Combine(Path.GetDirectoryName(project)!, "saved_model.onnx"));
        QuantizedNetwork network = Quantizer.Quantize(graph, description, QuantizationOptions.Default);
        int[] input = IntegerReference.Run(network, SampleOf(project))[^2];
        int index = Array.FindIndex(input, value => value >= 16);
        Assert.True(index >= 0, "Some input of the last layer is at least 16.");
        return (index / 16, index % 16);
    }

    /// <summary>The sample as the project holds it: four pixels in a word, the first in the low byte.</summary>
    private static sbyte[] SampleOf(string project) =>
    [
        .. Word().Matches(File.ReadAllText(Path.Combine(project, "sampledata.h"))).Cast<Match>()
            .SelectMany(word => BitConverter.GetBytes(Value(word))).Select(value => (sbyte)value).Take(28 * 28),
    ];

    private static uint Value(Match word) => uint.Parse(word.ValueSpan[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex("0x[0-9a-f]{8}")]
    private static partial Regex Word();

    [GeneratedRegex(@"0x50100620\) = 0x([0-9a-f]{8})")]
    private static partial Regex MaskCountOfLayer4();
}
