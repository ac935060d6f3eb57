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
        Dictionary<string, string> files = CProjectWriter.Files(network.Program, reference.ProjectFacts(network)).ToDictionary(f => f.Name, f => f.Text);

        ILookup<string, string> expected = File.ReadLines(Path.Combine(reference.Expected, "program.csv")).Skip(1).Select(line => line.Split(','))
            .Where(cells => !Symbolic.Contains(cells[1])).ToLookup(cells => cells[0], cells => Row(cells, reference));
        ILookup<string, string> statements = Statements(files["cnn.c"]).Concat(Statements(files[reference.Has("--riscv") ? "main_riscv.c" : "main.c"])).ToLookup(s => s.Function, s => Gathered(s.Function, s.Text, reference));
        foreach (string function in expected.Select(f => f.Key)) Assert.Equal(expected[function], statements[function]);
        if (reference.Has("--old-kernel-loader")) Assert.All(Blocks(reference), block => Assert.Equal(block.Words, Macro(files["weights.h"], "KERNELS_" + block.Number)));
        else Assert.Equal(Words(Path.Combine(reference.Expected, "kernels.txt")), Macro(files["weights.h"], "KERNELS"));
        Assert.Equal(Words(Path.Combine(reference.Expected, "output.txt")), Macro(files["sampleoutput.h"], "SAMPLE_OUTPUT"));
        foreach (string path in Directory.EnumerateFiles(reference.Expected, "*_*.txt"))
        {
            string[] parts = Path.GetFileNameWithoutExtension(path).Split('_');
            if (parts[0] == "bias") Assert.Equal(Words(path), Macro(files["weights.h"], "BIAS_" + parts[1]));
            if (parts[0] == "input") Assert.Equal(Words(path), Macro(files["sampledata.h"], "SAMPLE_INPUT_" + parts[1]));
        }
    }

    private static string Row(string[] cells, GeneratorCase reference)
    {
        string value = cells[4].Replace(".txt", "", StringComparison.Ordinal).Replace("kernels#", "", StringComparison.Ordinal);
        if (uint.TryParse(value.Replace("0x", "", StringComparison.Ordinal), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out uint number)) value = Hex(number);
        string row = cells[1].StartsWith("kernel_stream", StringComparison.Ordinal) ? cells[1] : string.Join(' ', cells[1], cells[3], value, cells[^1]);
        return Gathered(cells[0], row.TrimEnd(), reference);
    }

    // The reference lets the accelerator gather every channel from word 0 (machine.md section 15.3).
    private static string Gathered(string function, string row, GeneratorCase reference)
    {
        if (!reference.Has("--mlator") || function != "cnn_unload") return row;
        string[] cells = row.Split(' ');
        return cells[1].EndsWith("00310", StringComparison.Ordinal) ? "start" : row;
    }

    private static IEnumerable<(string Number, uint[] Words)> Blocks(GeneratorCase reference)
    {
        foreach (string block in File.ReadAllText(Path.Combine(reference.Expected, "kernels.txt")).Split("# kernels_", StringSplitOptions.RemoveEmptyEntries))
        {
            string[] cells = block.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            yield return (cells[0], [.. cells.Skip(2).Select(word => Convert.ToUInt32(word, 16))]);
        }
    }

    private static IEnumerable<(string Function, string Text)> Statements(string source)
    {
        string function = "", loop = "";
        bool opened = false;
        foreach (string line in source.Split('\n'))
        {
            if (Function().Match(line) is { Success: true } head) function = head.Groups[1].Value;
            if (line == "    memcpy32((uint32_t *) addr, ptr, len);") yield return (function, source.Contains("(addr | 1)) = 0x01;", StringComparison.Ordinal) ? "kernel_stream" : "kernel_stream_plain");
            if (Loop().Match(line) is { Success: true } times) loop = times.Groups[1].Value;
            if (line == "  }" && opened) yield return (function, "endloop");
            if (line == "  }") (loop, opened) = ("", false);
            if (Gather().Match(line) is { Success: true } read)
            {
                yield return (function, $"read {read.Groups[2].Value} {(read.Groups[1].Value[0] == '(' ? "discard" : "out")} {(loop.Length > 0 ? loop : "1")}");
            }

            if (Statement(line) is not { } statement) continue;
            if (loop.Length > 0 && !opened) yield return (function, "loop   " + loop);
            opened |= loop.Length > 0;
            yield return (function, statement);
        }
    }

    private static string? Statement(string line)
    {
        if (Register().Match(line) is { Success: true } r) return $"{r.Groups[2].Value} {r.Groups[1].Value} {Hex(Convert.ToUInt32(r.Groups[3].Value, 16))} 1";
        if (SystemRegister().Match(line) is { Success: true } s) return $"{s.Groups[2].Value} GCFR.{s.Groups[1].Value} {Hex(Convert.ToUInt32(s.Groups[3].Value, 16))} 1";
        if (Copy().Match(line) is { Success: true } c) return $"{c.Groups[1].Value} {c.Groups[2].Value} {c.Groups[3].Value} {c.Groups[4].Value}";
        if (Wait().Match(line) is { Success: true } w) return $"wait {w.Groups[1].Value} mask {w.Groups[2].Value} until == {w.Groups[3].Value} 1";
        if (Check().Match(line) is { Success: true } k) return $"check {k.Groups[1].Value} mask {k.Groups[2].Value} == {k.Groups[3].Value} 1";
        return Next().Match(line) is { Success: true } n ? $"= {n.Groups[1].Value} {n.Groups[2].Value}[next] 1" : null;
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

    [GeneratedRegex(@"^  \*\(\(volatile uint(?:8|32)_t \*\) (0x[0-9a-f]{8})\) ([|&]?=) (0x[0-9a-f]+);")]
    private static partial Regex Register();

    [GeneratedRegex(@"^ +while \(\(\*\(\(volatile uint32_t \*\) (0x[0-9a-f]{8})\) & (0x[0-9a-f]{8})\) != (0x[0-9a-f]{8})\);")]
    private static partial Regex Wait();

    [GeneratedRegex(@"^  if \(\(\*\(\(volatile uint32_t \*\) (0x[0-9a-f]{8})\) & (0x[0-9a-f]{8})\) != (0x[0-9a-f]{8})\) return CNN_FAIL;")]
    private static partial Regex Check();

    [GeneratedRegex(@"^    \*\(\(volatile uint32_t \*\) (0x[0-9a-f]{8})\) = \*next_(\w+)\+\+;")]
    private static partial Regex Next();

    [GeneratedRegex(@"^  for \(i = 0; i < (\d+); i\+\+\) \{")]
    private static partial Regex Loop();

    [GeneratedRegex(@"^ +(\(void\)|\*out_buf\+\+ =) \*\(\(volatile uint32_t \*\) (0x[0-9a-f]{8})\);")]
    private static partial Regex Gather();

    [GeneratedRegex(@"^  MXC_GCFR->(reg[0-3]) ([|&]?=) (0x[0-9a-f]+);")]
    private static partial Regex SystemRegister();

    [GeneratedRegex(@"^  (memcpy32|memcpy_8to32)\(\(uint32_t \*\) (0x[0-9a-f]{8}), (\w+), (?:sizeof\(uint8_t\) \* )?(\d+)\);")]
    private static partial Regex Copy();

    [GeneratedRegex("0x[0-9a-f]+")]
    private static partial Regex Value();
}
