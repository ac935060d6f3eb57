// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Ai8x.CodeGen.Maps;
using Ai8x.CodeGen.Placement;
using Ai8x.CodeGen.Tests.Generator;
using Ai8x.Device.Limits;
using Ai8x.Networks;
using Ai8x.Quant;
using Ai8x.RandomNetworks;
using CsCheck;

namespace Ai8x.CodeGen.Tests;

/// <summary>
/// Spoiled descriptions on their way through the whole generator: a clear error or a program, never a crash, a hang or more than 512 MB. 500 of
/// them beside the other tests, with AI8X_SLOW=1 10,000, each within two seconds.
/// </summary>
public sealed class YamlMutationTests
{
    private const long MaximumBytes = 512L << 20;
    private static readonly bool Slow = Environment.GetEnvironmentVariable("AI8X_SLOW") == "1";
    private static readonly int Runs = Slow ? 10_000 : 500;

    // Other tests run at the same time; what takes longer than this hangs.
    private static readonly TimeSpan MaximumTime = TimeSpan.FromSeconds(Slow ? 2 : 30);

    private static readonly string[] Values =
    [
        "0", "1", "2", "-1", "3", "7", "8", "15", "16", "31", "32", "63", "64", "1023", "1024", "1025", "32767", "32768", "65536", "0x7fffffff", "0xffffffffffffffff", "0x10000000000000000",
        "99999999999999999999", "1e9", "nan", "true", "no", "none", "null", "~", "''", "[]", "{}", "[1, 2]", "[0, 0]", "[3, -3]", "[1, 2, 3, 4]", "3x3", "1x1", "9", "conv1d", "conv2d", "ConvTranspose2d",
        "linear", "passthrough", "add", "sub", "xor", "or", "HWC", "CHW", "ReLU", "abs", "input", "stop", "conv1", "fc", "0x0000.0000.0000.ffff", "é", "\"\\0\"",
    ];

    private static readonly string[] Keys =
    [
        "name", "op", "processors", "output_processors", "data_format", "kernel_size", "pad", "stride", "dilation", "activate", "max_pool", "avg_pool", "pool_stride", "pool_dilation", "pool_first",
        "in_channels", "in_dim", "in_crop", "in_offset", "out_channels", "out_offset", "in_sequences", "next_sequence", "sequence", "write_gap", "read_gap", "output_width", "output_shift", "quantization",
        "flatten", "streaming", "bias_group", "output", "weight_source", "buffer_shift", "buffer_insert", "eltwise", "operands", "groups", "output_pad", "in_channel_skip", "simulated_sequence",
    ];

    private static readonly string[][] Seeds = [.. Directory.EnumerateFiles(Path.Combine(Root(), "networks"), "*.yaml").Order(StringComparer.Ordinal).Select(path => File.ReadAllLines(path).Where(line => !line.TrimStart().StartsWith('#')).ToArray())];

    private static readonly Gen<string[]> Spoiled = Gen.Select(Gen.Int[0, Seeds.Length - 1], Change.Array[1, 6], (seed, changes) => changes.Aggregate(Seeds[seed], (lines, change) => change(lines)));

    private static Gen<Func<string[], string[]>> Change => Gen.Select(Gen.Int[0, 6], Gen.Int[0, 1000], Gen.Int[0, 1000], Gen.Int[0, 1000], (kind, a, b, c) => new Func<string[], string[]>(lines => Apply(lines, kind, a, b, c)));

    [Fact]
    public void SpoiledDescription_GivesAClearErrorOrAProgram()
    {
        (int programs, int refusals) = (0, 0);
        Spoiled.ForEach(Runs, lines => Count(Outcome(string.Join('\n', lines), Refusal), ref programs, ref refusals));
        TestContext.Current.SendDiagnosticMessage(FormattableString.Invariant($"{programs} programs, {refusals} refusals"));
        Assert.Equal(Runs, programs + refusals);
        Assert.True(refusals > Runs / 2);
    }

    [Fact]
    public void SpoiledDescriptionOfARandomNetwork_GivesAClearErrorOrAProgram()
    {
        (int programs, int refusals) = (0, 0);
        Gen.Select(LegalNetworks.Any, Change.Array[1, 4]).ForEach(Runs, spoiled =>
        {
            (RandomNetwork network, Func<string[], string[]>[] changes) = spoiled;
            string[] lines = [.. NetworkYaml.Write(network.Description).Split('\n').Where(line => !line.TrimStart().StartsWith('#'))];
            Count(Outcome(string.Join('\n', changes.Aggregate(lines, (text, change) => change(text))), text => Refusal(text, network)), ref programs, ref refusals);
        });
        TestContext.Current.SendDiagnosticMessage(FormattableString.Invariant($"{programs} programs, {refusals} refusals"));
        Assert.Equal(Runs, programs + refusals);
        Assert.InRange(refusals, Runs / 4, Runs - 1);
    }

    private static void Count(string? message, ref int programs, ref int refusals)
    {
        if (message is { Length: 0 or > 60_000 }) throw new InvalidOperationException($"A message of {message.Length} characters.");
        _ = message is null ? programs++ : refusals++;
    }

    /// <summary>Runs a description and holds it to time and memory.</summary>
    private static string? Outcome(string text, Func<string, string?> run)
    {
        long before = GC.GetAllocatedBytesForCurrentThread(), started = Stopwatch.GetTimestamp();
        string? message = run(text);
        TimeSpan took = Stopwatch.GetElapsedTime(started);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        if (took > MaximumTime || bytes > MaximumBytes) throw new InvalidOperationException(FormattableString.Invariant($"{took.TotalSeconds:0.0} s, {bytes >> 20} MB for:\n{text}"));
        return message;
    }

    private static string? Refusal(string text, RandomNetwork random)
    {
        try
        {
            List<LimitViolation> broken = [];
            QuantizedNetwork network = (random with { Description = NetworkYaml.Read(text, "net.yaml") }).Quantize(broken);
            SynthesisOptions options = RandomProgramFixture.For(random);
            if (broken.Count > 0) throw new LimitException(Placer.Attempt(network, options, broken).Violations);
            MapWriter.Files(Placer.Attempt(network, options));
            SynthesizedNetwork synthesized = Synthesizer.Synthesize(network, [.. random.Sample], options);
            CProjectWriter.Files(synthesized.Program, synthesized.Facts("net", "0", []));
            return null;
        }
        catch (Exception error) when (error is FormatException or LimitException)
        {
            return error.Message;
        }
    }

    /// <summary>The message of a refusal, or null where a program comes out; anything but a refusal is a defect and surfaces.</summary>
    private static string? Refusal(string text)
    {
        try
        {
            NetworkDescription description = NetworkYaml.Read(text, "net.yaml");
            IntegerLayerArrays[] arrays = Arrays(text);
            List<LimitViolation> broken = [];
            QuantizedNetwork network = Quantizer.FromIntegers("net", Shape(text), description, arrays[..Math.Clamp(description.Layers.Length, 1, arrays.Length)], QuantizationOptions.Default, broken);
            if (broken.Count > 0) throw new LimitException(Placer.Attempt(network, broken: broken).Violations);
            MapWriter.Files(Placer.Attempt(network));
            SynthesizedNetwork synthesized = Synthesizer.Synthesize(network, new sbyte[network.Input.Count], SynthesisOptions.Default);
            CProjectWriter.Files(synthesized.Program, synthesized.Facts("net", "0", []));
            return null;
        }
        catch (Exception error) when (error is FormatException or LimitException)
        {
            return error.Message;
        }
    }

    // Weights of a network that the text resembles; where the text was changed too much, they no longer fit, which is one more kind of spoiled input.
    private static FeatureShape Shape(string text) => text.Contains("KWS", StringComparison.Ordinal) ? new(128, 1, 128)
        : text.Contains("CIFAR", StringComparison.Ordinal) ? new(32, 32, 3)
        : text.Contains("RPS", StringComparison.Ordinal) ? new(64, 64, 3)
        : new(28, 28, 1);

    private static IntegerLayerArrays[] Arrays(string text) => Shape(text).Channels switch
    {
        128 => Made([100, 128, 1], [100, 100, 1], [50, 100, 1], [16, 50, 1], [32, 16, 3, 3], [64, 32, 3, 3], [64, 64, 3, 3], [30, 64, 3, 3], [7, 30, 3, 3], [21, 896]),
        3 when text.Contains("CIFAR100", StringComparison.Ordinal) => Made(
            [16, 3, 3, 3], [20, 16, 3, 3], [20, 20, 3, 3], [20, 20, 3, 3], [20, 20, 3, 3], [20, 20, 3, 3], [44, 20, 3, 3], [48, 44, 3, 3], [48, 48, 3, 3], [96, 48, 3, 3], [512, 96, 1, 1], [128, 512, 1, 1], [128, 128, 3, 3], [100, 128, 1, 1]),
        3 when text.Contains("RPS", StringComparison.Ordinal) => Made([15, 3, 3, 3], [30, 15, 3, 3], [60, 30, 3, 3], [30, 60, 3, 3], [30, 30, 3, 3], [30, 30, 3, 3], [3, 480]),
        3 => Made([60, 3, 3, 3], [60, 60, 3, 3], [56, 60, 3, 3], [12, 56, 3, 3], [10, 192]),
        _ => Made([60, 1, 3, 3], [60, 60, 3, 3], [56, 60, 3, 3], [12, 56, 3, 3], [10, 192]),
    };

    private static IntegerLayerArrays[] Made(params int[][] shapes) =>
    [
        .. shapes.Select(shape => new IntegerLayerArrays
        {
            Source = "made up",
            Shape = [.. shape],
            Weights = ImmutableArray.CreateRange(Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(i => i * 31 % 255 - 127)),
        }),
    ];

    private static string[] Apply(string[] lines, int kind, int a, int b, int c)
    {
        if (lines.Length == 0) return lines;
        int at = a % lines.Length, other = b % lines.Length;
        string line = lines[at], value = Values[c % Values.Length], key = Keys[b % Keys.Length];
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        List<string> changed = [.. lines];
        switch (kind)
        {
            case 0:
                changed[at] = colon < 0 ? value : line[..(colon + 1)] + " " + value;
                break;
            case 1:
                changed.Insert(at + 1, $"    {key}: {value}");
                break;
            case 2:
                changed.RemoveAt(at);
                break;
            case 3:
                (changed[at], changed[other]) = (changed[other], changed[at]);
                break;
            case 4:
                changed.Insert(other, line);
                break;
            case 5:
                changed[at] = line.Length == 0 ? "\t" : line.Remove(b % line.Length, 1).Insert(b % line.Length, ((char)(32 + c % 95)).ToString(CultureInfo.InvariantCulture));
                break;
            default:
                // One layer more often than the chip has, or cut off.
                changed = c % 2 == 0 ? [.. lines.Take(at)] : [.. lines, .. Enumerable.Repeat("  - {op: conv2d, processors: 1, pad: 1, out_offset: 0}", 1 + b % 40)];
                break;
        }

        return [.. changed];
    }

    private static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Ai8x.Managed.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("The tests must run from inside the repository.");
    }
}
