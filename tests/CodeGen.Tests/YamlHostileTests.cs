// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Text;

namespace Ai8x.CodeGen.Tests;

/// <summary>Text that means harm or is just broken is refused quickly, with a place.</summary>
public sealed class YamlHostileTests
{
    [Theory]
    [InlineData("", DescriptionRules.MissingKey)]
    [InlineData("# only a comment\n", DescriptionRules.MissingKey)]
    [InlineData("just text", DescriptionRules.ValueType)]
    [InlineData("- a\n- b\n", DescriptionRules.ValueType)]
    [InlineData("a: &x 1\nb: *x\n", DescriptionRules.Feature)]
    [InlineData("a: *x\n", DescriptionRules.Feature)]
    [InlineData("a: !!int 1\n", DescriptionRules.Feature)]
    [InlineData("a: !custom {}\n", DescriptionRules.Feature)]
    [InlineData("a: 1\n---\nb: 2\n", DescriptionRules.Feature)]
    [InlineData("? [a, b]\n: 1\n", DescriptionRules.ValueType)]
    [InlineData("a: [1, 2\n", DescriptionRules.Syntax)]
    [InlineData("a: 'open\n", DescriptionRules.Syntax)]
    [InlineData("a:\n\t- b\n", DescriptionRules.Syntax)]
    [InlineData("a: b: c\n", DescriptionRules.Syntax)]
    [InlineData("%YAML 9.0\n---\na: 1\n", DescriptionRules.Syntax)]
    public void BrokenText_IsRefusedWithItsRule(string text, string rule)
    {
        DescriptionError error = YamlFixture.TheError(text);
        Assert.Equal(rule, error.RuleId);
        Assert.True(error.Line >= 1 && error.Column >= 1);
    }

    [Theory]
    [InlineData('\0')]
    [InlineData('\u0007')]
    [InlineData('\u001B')]
    [InlineData('\u007F')]
    public void ControlCharacter_IsRefusedWithItsPlace(char control)
    {
        DescriptionError error = YamlFixture.TheError("arch: a\ndata" + control + "set: b\n" + YamlFixture.OneLayer());
        Assert.Equal((DescriptionRules.Syntax, 2, 5), (error.RuleId, error.Line, error.Column));
    }

    [Fact]
    public void TextBehindAZeroCharacter_IsNotLeftOut() => Assert.Equal(DescriptionRules.Syntax, YamlFixture.TheError(YamlFixture.OneLayer() + "\0bogus: 1\n").RuleId);

    [Fact]
    public void Size_IsBounded()
    {
        string text = YamlFixture.OneLayer();
        Assert.Single(YamlFixture.Read(text + new string('#', NetworkYaml.MaximumCharacters - text.Length)).Layers);
        Assert.Equal(DescriptionRules.Size, YamlFixture.TheError(text + new string('#', NetworkYaml.MaximumCharacters - text.Length + 1)).RuleId);
    }

    [Fact]
    public void LargeTexts_AreRefusedWithoutDelay()
    {
        const int Half = NetworkYaml.MaximumCharacters / 2;
        string[] texts =
        [
            new string('[', Half), new string('{', Half), string.Concat(Enumerable.Repeat("- ", Half)), string.Concat(Enumerable.Repeat("[1,", Half / 2)), new string('a', Half) + ": 1",
            "a: \"" + new string('\\', Half), "x: |\n" + string.Concat(Enumerable.Repeat(" a\n", Half / 2)), string.Concat(Enumerable.Range(0, 50_000).Select(i => $"k{i}: 1\n")),
            YamlFixture.Head + string.Concat(Enumerable.Repeat("- {}\n", 50_000)), "arch: " + new string('é', Half), string.Concat(Enumerable.Repeat("? ", Half)), new string(' ', Half), "pad: " + new string('9', Half),
        ];
        long started = Stopwatch.GetTimestamp();
        foreach (string text in texts) Assert.InRange(YamlFixture.Refused(text).Message.Length, 1, 60_000);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 30);
    }

    [Fact]
    public void Nesting_IsBounded() => Assert.Equal(DescriptionRules.Size, YamlFixture.TheError("a: " + new string('[', 9) + new string(']', 9)).RuleId);

    [Fact]
    public void ManyErrors_AreCut()
    {
        DescriptionException refusal = YamlFixture.Refused(YamlFixture.Head + string.Concat(Enumerable.Range(0, 32).Select(i => YamlFixture.Entry(("processors", null), ("pad", "9"), ("op", "x"), ("activate", "x"), ("zz" + i, "1")))));
        Assert.True(refusal.Truncated);
        Assert.Equal(100, refusal.Errors.Length);
        Assert.EndsWith("Further errors are not listed.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Messages_HoldNoControlCharacters()
    {
        string message = YamlFixture.TheError(YamlFixture.OneLayer(("\"\\x1b[31m\"", "1"))).Message;
        Assert.DoesNotContain(message, char.IsControl);
        Assert.DoesNotContain(YamlFixture.TheError(YamlFixture.OneLayer(("activate", "\"\\x1b\\n\""))).Message, char.IsControl);
    }

    [Fact]
    public void MutatedDescriptions_AreReadOrRefused()
    {
        var random = new Random(20261);
        string[] seeds =
        [
            YamlFixture.OneLayer(("max_pool", "[2, 2]"), ("bias_group", "[0, 1]"), ("name", "\"x\"")),
            "# comment\n---\n" + YamlFixture.OneLayer(("data_format", "HWC"), ("sequence", "1")) + "  # between\n" + YamlFixture.Entry(("in_sequences", "[0]"), ("sequence", "2"), ("max_pool", "2")),
            "{arch: a, dataset: 'b', layers: [{processors: 0x0000.0000.0000.0007, pad: 1, flatten: no, in_dim: [8, 8]}, {processors: 1, stride: [1, 1]}], output_map: 0x3}\n",
        ];
        const string Alphabet = "[]{}:,-?&*!|>'\"%@`#\\ \t\n\r~<=0x1fanul\u0000\u0085\u2028\ufeff\ud800é";
        int refused = 0;
        for (int run = 0; run < 800; run++)
        {
            var text = new StringBuilder(seeds[run % seeds.Length]);
            for (int edits = random.Next(1, 6); edits > 0; edits--) Mutate(text, random, Alphabet);
            try
            {
                YamlFixture.Read(text.ToString());
            }
            catch (DescriptionException e)
            {
                refused++;
                Assert.NotEmpty(e.Errors);
                Assert.All(e.Errors, error => Assert.True(error.Line >= 1, error.Message));
            }
        }

        Assert.InRange(refused, 200, 800);
    }

    [Fact]
    public void Files_AreBoundedUtf8()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".yaml");
        try
        {
            File.WriteAllText(path, YamlFixture.OneLayer(), new UTF8Encoding(true));
            Assert.Equal(Path.GetFileName(path), NetworkYaml.ReadFile(path).Source);
            File.WriteAllBytes(path, [0x61, 0x3a, 0xff, 0xfe]);
            Assert.Contains("UTF-8", Assert.Throws<DescriptionException>(() => NetworkYaml.ReadFile(path)).Message, StringComparison.Ordinal);
            File.WriteAllText(path, new string('#', NetworkYaml.MaximumCharacters + 1));
            Assert.Equal(DescriptionRules.Size, Assert.Single(Assert.Throws<DescriptionException>(() => NetworkYaml.ReadFile(path)).Errors).RuleId);
        }
        finally
        {
            File.Delete(path);
        }

        Assert.ThrowsAny<IOException>(() => NetworkYaml.ReadFile(path));
    }

    private static void Mutate(StringBuilder text, Random random, string alphabet)
    {
        int at = random.Next(text.Length);
        switch (random.Next(5))
        {
            case 0: text[at] = alphabet[random.Next(alphabet.Length)]; break;
            case 1: text.Insert(at, alphabet[random.Next(alphabet.Length)]); break;
            case 2: text.Remove(at, Math.Min(text.Length - at, random.Next(1, 12))); break;
            case 3: text.Insert(random.Next(text.Length), text.ToString(at, Math.Min(text.Length - at, random.Next(1, 60)))); break;
            default: text.Length = Math.Max(1, at); break;
        }
    }
}
