// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Ai8x.CodeGen.Tests.CProject;

/// <summary>The generated soft-max, compiled and run, against the formula in unlimited integers (machine.md section 16.5).</summary>
public sealed class CProjectSoftmaxTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(7)]
    public void Softmax_OfRandomLogits_IsTheFormula(int shift)
    {
        int[][] cases = Cases(shift);
        using NativeBuild build = Build();
        (int code, string output) = build.Run(Lines(cases, shift));
        Assert.Equal(0, code);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(cases.Length, lines.Length);
        for (int i = 0; i < cases.Length; i++) Assert.Equal(string.Join(' ', Formula(cases[i], shift)), lines[i]);
    }

    [Fact]
    public void Softmax_OfAPublishedResult_IsTheSame()
    {
        int[] expected = [0, 1, 7, 32744, 0, 7, 0, 3, 0, 0];
        uint[] words = [0xfffe543f, 0xffff07ea, 0xffff9689, 0x2a742, 0xfffdefd2, 0xffff9697, 0xfffda134, 0xffff6c29, 0xfffef1e8, 0xfffefd57];
        int[] logits = [.. words.Select(word => unchecked((int)word))];
        using NativeBuild build = Build();
        Assert.Equal(string.Join(' ', expected), build.Run(Lines([logits], 0)).Output.Trim());
    }

    private static NativeBuild Build()
    {
        NativeBuild.SkipUnlessNativeRuns();
        var build = new NativeBuild(CProjectFixture.Program(CProjectFixture.Words), CProjectFixture.Facts(CProjectFixture.Words));
        build.Compile("gcc", "-O2", "-fsanitize=undefined", "-fno-sanitize-recover", "-o", "program", "softmax.c", NativeBuild.Harness("softmax_only.c"));
        return build;
    }

    private static int[][] Cases(int shift)
    {
        var random = new Random(16 + shift);
        List<int[]> cases = [[5], [0, 0], [int.MinValue >> shift, int.MaxValue >> shift], [int.MinValue >> shift, int.MinValue >> shift], [.. Enumerable.Repeat(-3, 4096)]];
        for (int i = 0; i < 600; i++)
        {
            int spread = 1 << random.Next(1, 31 - shift);
            cases.Add([.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => random.Next(-spread, spread))]);
        }

        // Every border of the two roundings, around one largest value.
        for (int step = 0; step <= 17; step++) cases.Add([0, .. Enumerable.Range(-2, 5).SelectMany(e => (int[])[-(step << 14) + e, -(step << 14) + 8192 + e]).Where(v => v <= 0)]);
        return [.. cases];
    }

    private static IEnumerable<int> Formula(int[] logits, int shift)
    {
        BigInteger[] x = [.. logits.Select(v => new BigInteger(v) << shift)];
        BigInteger floor = x.Max() - (16 << 14);
        BigInteger sum = x.Where(v => v > floor).Aggregate(BigInteger.Zero, (total, v) => total + (BigInteger.One << (int)((8192 + v - floor) >> 14)));
        BigInteger share = (BigInteger.One << 32) / sum;
        return x.Select(v => v > floor ? (int)BigInteger.Min(32767, share >> (17 + (int)((8191 + floor - v) >> 14))) : 0);
    }

    private static string Lines(int[][] cases, int shift)
    {
        var text = new StringBuilder();
        foreach (int[] values in cases) text.Append(CultureInfo.InvariantCulture, $"{values.Length} {shift} {string.Join(' ', values)}\n");
        return text.ToString();
    }
}
