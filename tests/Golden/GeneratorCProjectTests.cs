// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text.RegularExpressions;
using Ai8x.CodeGen;

namespace Ai8x.Golden;

/// <summary>The text of generated C projects, read back with a few patterns, against the reference's programs.</summary>
public sealed partial class GeneratorCProjectTests
{
    // These do not come from tables of accesses but from the form of the program.
    private static readonly string[] Symbolic = ["update"];

    public static TheoryData<string> Cases() => GeneratorProgramTests.Cases();

    [Theory]
    [MemberData(nameof(Cases))]
    public void CProject_HoldsTheReferenceProgram(string name)
    {
        Assert.SkipWhen(name.Length == 0, "The reference vectors (../shared/golden) are not there.");
        GeneratorCase reference = GeneratorCase.Open(name);
        SynthesizedNetwork network = reference.Synthesize();
        Dictionary<string, string> files = CProjectWriter.Files(network.Program, network.Facts("net", "0.0.0", [])).ToDictionary(f => f.Name, f => f.Text);

        string[] expected = [.. File.ReadLines(Path.Combine(reference.Expected, "program.csv")).Skip(1).Select(line => line.Split(',')).Where(cells => !Symbolic.Contains(cells[1])).Select(Row)];
        Assert.Equal<string>(expected, Statements(files["cnn.c"]).Concat(Statements(files["main.c"])));
        Assert.Equal(Words(Path.Combine(reference.Expected, "kernels.txt")), Macro(files["weights.h"], "KERNELS"));
        Assert.Equal(Words(Path.Combine(reference.Expected, "output.txt")), Macro(files["sampleoutput.h"], "SAMPLE_OUTPUT"));
        foreach (string path in Directory.EnumerateFiles(reference.Expected, "*_*.txt"))
        {
            string[] parts = Path.GetFileNameWithoutExtension(path).Split('_');
            if (parts[0] == "bias") Assert.Equal(Words(path), Macro(files["weights.h"], "BIAS_" + parts[1]));
            if (parts[0] == "input") Assert.Equal(Words(path), Macro(files["sampledata.h"], "SAMPLE_INPUT_" + parts[1]));
        }
    }

    private static string Row(string[] cells)
    {
        string value = cells[4].Replace(".txt", "", StringComparison.Ordinal);
        if (uint.TryParse(value.Replace("0x", "", StringComparison.Ordinal), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out uint number)) value = Hex(number);
        return cells[1] == "kernel_stream" ? $"{cells[0]} {cells[1]}" : string.Join(' ', cells[0], cells[1], cells[3], value, cells[^1]);
    }

    private static IEnumerable<string> Statements(string source)
    {
        string function = "";
        foreach (string line in source.Split('\n'))
        {
            if (Function().Match(line) is { Success: true } head) function = head.Groups[1].Value;
            if (Register().Match(line) is { Success: true } r) yield return $"{function} {r.Groups[2].Value} {r.Groups[1].Value} {Hex(Convert.ToUInt32(r.Groups[3].Value, 16))} 1";
            if (SystemRegister().Match(line) is { Success: true } s) yield return $"{function} {s.Groups[2].Value} GCFR.{s.Groups[1].Value} {Hex(Convert.ToUInt32(s.Groups[3].Value, 16))} 1";
            if (Copy().Match(line) is { Success: true } c) yield return $"{function} {c.Groups[1].Value} {c.Groups[2].Value} {c.Groups[3].Value} {c.Groups[4].Value}";
            if (line.Contains("(addr | 1)) = 0x01;", StringComparison.Ordinal)) yield return function + " kernel_stream";
        }
    }

    private static uint[] Words(string path) =>
    [
        .. File.ReadLines(path).Where(line => !line.StartsWith('@') && !line.StartsWith('#'))
            .SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(word => Convert.ToUInt32(word, 16)),
    ];

    private static uint[] Macro(string header, string name)
    {
        int start = header.IndexOf($"#define {name} {{ \\\n", StringComparison.Ordinal);
        Assert.True(start >= 0, name);
        return [.. Value().Matches(header[start..header.IndexOf('}', start)]).Select(match => Convert.ToUInt32(match.Value, 16))];
    }

    private static string Hex(uint value) => value.ToString("x8", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?:static )?(?:int|void) (\w+)\(")]
    private static partial Regex Function();

    [GeneratedRegex(@"^  \*\(\(volatile uint32_t \*\) (0x[0-9a-f]{8})\) ([|&]?=) (0x[0-9a-f]{8});")]
    private static partial Regex Register();

    [GeneratedRegex(@"^  MXC_GCFR->(reg[0-3]) ([|&]?=) (0x[0-9a-f]+);")]
    private static partial Regex SystemRegister();

    [GeneratedRegex(@"^  (memcpy32|memcpy_8to32)\(\(uint32_t \*\) (0x[0-9a-f]{8}), (\w+), (?:sizeof\(uint8_t\) \* )?(\d+)\);")]
    private static partial Regex Copy();

    [GeneratedRegex("0x[0-9a-f]+")]
    private static partial Regex Value();
}
