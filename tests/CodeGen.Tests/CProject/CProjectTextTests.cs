// SPDX-License-Identifier: MIT
using System.Text.RegularExpressions;
using Ai8x.CodeGen;

namespace Ai8x.CodeGen.Tests.CProject;

/// <summary>The text forms that readers of the project rely on (docs/c-project.md).</summary>
public sealed partial class CProjectTextTests
{
    [Fact]
    public void EveryFile_IsAsciiWithLineFeeds()
    {
        foreach ((string name, string text) in CProjectWriter.Files(CProjectFixture.Program(CProjectFixture.Bytes, softmax: true), CProjectFixture.Facts(CProjectFixture.Bytes, softmax: true)))
        {
            Assert.True(text.All(c => c is >= ' ' and <= '~' or '\n' || (c == '\t' && name == "Makefile")), name);
            Assert.EndsWith("\n", text, StringComparison.Ordinal);
            Assert.DoesNotMatch(@"[ \t]\n", text);
        }
    }

    [Fact]
    public void Files_AreTheOnesOfTheContract() =>
        Assert.Equal(["cnn.c", "cnn.h", "weights.h", "sampledata.h", "sampleoutput.h", "main.c", "softmax.c", "Makefile", "project.mk"], CProjectWriter.Files(CProjectFixture.Program(CProjectFixture.Words), CProjectFixture.Facts(CProjectFixture.Words)).Select(f => f.Name));

    [Fact]
    public void Functions_OfCnnC_StandInTheOrderOfTheContract()
    {
        string[] expected =
        [
            "CNN_ISR", "cnn_continue", "cnn_stop", "memcpy32", "cnn_load_weights", "memcpy_8to32", "cnn_load_bias", "cnn_init", "cnn_configure",
            "cnn_start", "cnn_unload", "cnn_enable", "cnn_boost_enable", "cnn_boost_disable", "cnn_disable",
        ];
        Assert.Equal(expected, Function().Matches(File("cnn.c")).Select(match => match.Groups[1].Value));
    }

    [Fact]
    public void BiasMacro_HasSixteenBytesALine()
    {
        Assert.Contains("#define BIAS_1 { \\\n  0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff, \\\n  0x00, 0x01 \\\n}\n", File("weights.h"), StringComparison.Ordinal);
        Assert.True(File("weights.h").IndexOf("BIAS_1", StringComparison.Ordinal) < File("weights.h").IndexOf("define KERNELS", StringComparison.Ordinal));
    }

    [Fact]
    public void KernelMacro_HasEightWordsALine() =>
        Assert.Contains(
            "#define KERNELS { \\\n  0x50180000, 0x00000003, 0x01020304, 0x05060708, 0x09000000, 0x50584010, 0x00000002, 0xfffefdfc, \\\n  0x7f000000, 0x00000000 \\\n}\n",
            File("weights.h"),
            StringComparison.Ordinal);

    [Fact]
    public void Macro_ThatFillsItsLastLine_HasNoCommaThere()
    {
        AcceleratorProgram program = CProjectFixture.Program(CProjectFixture.Words) with { Kernels = [0x50180000, 5, 1, 2, 3, 4, 5, 0] };
        program = program with { Functions = [.. program.Functions.Select(f => f.Name == "cnn_load_weights" ? f with { Accesses = [f.Accesses[0] with { Count = 8 }] } : f)] };
        Assert.Contains("0x00000005, 0x00000000 \\\n}\n", File("weights.h", program), StringComparison.Ordinal);
    }

    [Fact]
    public void SampleOutput_IsRecordsAndAZero()
    {
        string text = File("sampleoutput.h");
        uint[] words = [.. Word().Matches(text).Select(match => Convert.ToUInt32(match.Value, 16))];
        Assert.Equal([0x50401000u, 0x00ffffffu, 2u], words[..3]);
        Assert.Equal(0u, words[^1]);
        Assert.Equal(3 * (3 + 2) + 1, words.Length);
    }

    [Theory]
    [InlineData("  *((volatile uint32_t *) 0x50100000) &= 0xffffeffe; // Control: clear cnn_en, cnn_irq\n")]
    [InlineData("  *((volatile uint32_t *) 0x50100000) |= 0x00000001; // Re-enable quadrant 0: set cnn_en=1\n")]
    [InlineData("  *((volatile uint32_t *) 0x50001000) = 0x00000000; // AON control\n")]
    [InlineData("  *((volatile uint32_t *) 0x50100004) = 0x0000040e; // SRAM control: rmargin_en=1, rmargin=3, wneg_en=1\n")]
    [InlineData("  // Layer 0 quadrant 0\n  *((volatile uint32_t *) 0x50100010) = 0x0001001d; // Rows: rcnt_max=29, rcnt_pad=1\n")]
    [InlineData("  *((volatile uint32_t *) 0x50100310) = 0x00002800; // SRAM write ptr: wptr_base=0x2800\n\n  // Layer 0 quadrant 1\n")]
    [InlineData("  // Layer 1 quadrant 0\n  *((volatile uint32_t *) 0x50100594) = 0x0000eba0; // Layer control: master=1, pool_en=1, maxpl_en=1, act_en=1, sramlsrc=1, cnnsi_en=14\n")]
    [InlineData("  *((volatile uint32_t *) 0x50100714) = 0xfff0fff0; // Mask and processor enables: pro_en=0xfff0, mask_en=0xfff0\n")]
    [InlineData("  memcpy_8to32((uint32_t *) 0x50508000, bias_1, sizeof(uint8_t) * 18);\n")]
    [InlineData("static const uint32_t kernels[] = KERNELS;\n")]
    [InlineData("static const uint8_t bias_1[] = BIAS_1;\n")]
    [InlineData("    *((volatile uint8_t *) (addr | 1)) = 0x01; // Set address\n")]
    [InlineData("  MXC_GCFR->reg2 |= 0xf; // Iso\n")]
    [InlineData(" * Layer 0: stem - 1x5x15, conv2d 3x3, ReLU, 60x5x15\n")]
    [InlineData("  addr = (volatile uint32_t *) 0x5040a000;\n  offs = 0x0018;\n  for (i = 0; i < 6; i++) {\n    val = *addr++;\n    out_buf[offs] = val & 0xff;\n    out_buf[offs+0x06] = (val >> 8) & 0xff;\n    out_buf[offs+0x0c] = (val >> 16) & 0xff;\n    offs++;\n  }\n")]
    public void CnnC_Holds(string form) => Assert.Contains(form, File("cnn.c"), StringComparison.Ordinal);

    [Theory]
    [InlineData("  memcpy32((uint32_t *) 0x50408000, input_4, 2);\n")]
    [InlineData("static const uint32_t input_4[] = SAMPLE_INPUT_4;\n")]
    [InlineData("static const uint32_t sample_output[] = SAMPLE_OUTPUT;\n")]
    [InlineData("  while (cnn_time == 0) {\n    MXC_LP_EnterSleepMode();\n  }\n")]
    public void MainC_Holds(string form) => Assert.Contains(form, File("main.c"), StringComparison.Ordinal);

    [Fact]
    public void WordUnload_WithGaps_StepsOverThem()
    {
        string text = CProjectWriter.Files(CProjectFixture.Program(CProjectFixture.SpacedWords), CProjectFixture.Facts(CProjectFixture.SpacedWords)).Single(f => f.Name == "cnn.c").Text;
        Assert.Contains(
            "  addr = (volatile uint32_t *) 0x50401000;\n  for (i = 0; i < 3; i++) {\n    *out_buf++ = *addr++;\n    *out_buf++ = *addr++;\n    addr += 0x0001;\n    *out_buf++ = *addr++;\n    addr += 0x0004;\n  }\n",
            text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void WordsFromOutside_CannotLeaveTheirComment()
    {
        ProjectFacts facts = CProjectFixture.Facts(CProjectFixture.Words);
        facts = facts with { Layers = [new LayerSummary(0, "a - b*/ int x;\nLayer 9: \u00fc??/\\", "t /* */ \r\n x")], InputFormat = "*/*/" };
        string text = CProjectWriter.Files(CProjectFixture.Program(CProjectFixture.Words), facts).Single(f => f.Name == "cnn.c").Text;
        Assert.Contains("\n * Layer 0: a-b*_ int x;_Layer 9: _?_/_ - t /_ *_ __ x\n", text, StringComparison.Ordinal);
        Assert.Equal(1, text.Split("*/").Length - 1);
        Assert.True(text.IndexOf("*/", StringComparison.Ordinal) < text.IndexOf("#include", StringComparison.Ordinal));
    }

    [Fact]
    public void Program_WithoutBias_HasNoBiasCode()
    {
        AcceleratorProgram program = CProjectFixture.Program(CProjectFixture.Words, bias: false);
        Assert.DoesNotContain("memcpy_8to32", File("cnn.c", program), StringComparison.Ordinal);
        Assert.DoesNotContain("BIAS", File("weights.h", program), StringComparison.Ordinal);
    }

    [Fact]
    public void Program_ThatTheTextCannotExpress_IsRefused()
    {
        AcceleratorProgram good = CProjectFixture.Program(CProjectFixture.Words);
        AcceleratorProgram[] bad =
        [
            good with { Functions = good.Functions.Add(new ProgramFunction("cnn_magic", [])) },
            good with { Functions = good.Functions.RemoveAt(0) },
            good with { Functions = good.Functions.SetItem(5, new ProgramFunction("cnn_init", [new(AccessOperation.Write, 0, 1, "no address")])) },
            good with { Functions = good.Functions.SetItem(5, new ProgramFunction("cnn_init", [new(AccessOperation.Write, 0, 1, "", Target: "GCR.other")])) },
            good with { Inputs = good.Inputs.RemoveAt(1) },
            good with { Biases = good.Biases.Add(new BiasBlock(2, [1])) },
            good with { Kernels = [1, 2, 3] },
            good with { CallOrder = [.. Enumerable.Reverse(good.CallOrder)] },
            good with { CallOrder = good.CallOrder.RemoveAt(0) },
        ];
        foreach (AcceleratorProgram program in bad) Assert.Throws<ArgumentException>(() => CProjectWriter.Files(program, CProjectFixture.Facts(CProjectFixture.Words)));
    }

    [Fact]
    public void UnloadPlan_ThatLeavesTheBuffer_IsRefused()
    {
        UnloadPlan[] bad =
        [
            CProjectFixture.Words with { OutputCount = 9 },
            CProjectFixture.Bytes with { OutputCount = 36 },
            CProjectFixture.Words with { Blocks = [new UnloadBlock(0x50401000, 1, 4, [0, 4], 0, 1)] },
            CProjectFixture.Words with { Blocks = [new UnloadBlock(0x50401000, 1, 4, [0], 1, 1)] },
            CProjectFixture.Words with { Blocks = [new UnloadBlock(0x50401000, 3, 2, [0, 2], 0, 1)] },
        ];
        foreach (UnloadPlan plan in bad) Assert.Throws<ArgumentException>(() => CProjectWriter.Files(CProjectFixture.Program(CProjectFixture.Words), CProjectFixture.Facts(plan)));
    }

    private static string File(string name, AcceleratorProgram? program = null)
    {
        UnloadPlan plan = program is null && name != "sampleoutput.h" ? CProjectFixture.Bytes : CProjectFixture.Words;
        return CProjectWriter.Files(program ?? CProjectFixture.Program(plan), CProjectFixture.Facts(plan)).Single(f => f.Name == name).Text;
    }

    [GeneratedRegex(@"^(?:static )?(?:int|void) (\w+)\(.*\)$", RegexOptions.Multiline)]
    private static partial Regex Function();

    [GeneratedRegex("0x[0-9a-f]{8}")]
    private static partial Regex Word();
}
