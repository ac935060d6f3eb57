// SPDX-License-Identifier: MIT
using System.Text.RegularExpressions;
using Ai8x.Max78000Sim.Projects;
using Ai8x.Max78000Sim.Projects.C;

namespace Ai8x.Max78000Sim.Tests;

/// <summary>The same program written as other generators and other hands write C: the accesses, the known answer and the program's own check must stay what they are.</summary>
public sealed partial class CVariationTests
{
    private const string Wait = "  while (cnn_time == 0)\n    MXC_LP_EnterSleepMode(); // Wait for CNN\n";
    private const string Vector = "NVIC_SetVector(CNN_IRQn, CNN_ISR); // Set CNN complete vector";
    private const string Main = "int main(void)\n{\n";

    private readonly TinyProgram _program = new(new TinyNetwork(31), TinyNetwork.Image(32));
    private readonly CProjectText _text;

    public CVariationTests() => _text = new CProjectText(_program);

    [Theory]
    [InlineData("  while (!cnn_time) { __WFI(); }\n")]
    [InlineData("  do { __WFE(); } while (cnn_time == 0);\n")]
    [InlineData("  while (cnn_time == 0);\n")]
    [InlineData("  for (; cnn_time == 0; ) asm volatile(\"wfi\");\n")]
    [InlineData("  for (;;) { if (cnn_time) break; __NOP(); }\n")]
    [InlineData("  while (1) { if (cnn_time != 0) break; }\n")]
    [InlineData("  uint32_t spins = 0;\n  while (cnn_time == 0) { if (++spins > 1000000) fail(); }\n")]
    [InlineData("  for (uint32_t spins = 0; !(cnn_time > 0u) && spins < 1000000; spins++) ;\n")]
    public void EveryWayToWait_EndsWithTheInterrupt(string wait)
    {
        Replace("main.c", Wait, wait);
        Same();
    }

    [Theory]
    [InlineData("while ((*((volatile uint32_t *) 0x50100000) & (1<<12)) != (1<<12)); // Wait", "CNN_ISR();")]
    [InlineData("volatile uint32_t *ctl = (volatile uint32_t *) 0x50100000;\n  while (!(*ctl & 0x1000)) { }", "*ctl &= ~0x1001u;\n  cnn_time = 5;")]
    [InlineData("while (((*(volatile uint32_t *) 0x50100000 >> 12) & 1) == 0) __NOP();", "*((volatile uint32_t *) 0x50100000) &= ~((1<<12) | 1);")]
    public void CompletionFlagThatIsPolled_IsAcknowledgedByTheProgram(string poll, string acknowledge)
    {
        Replace("main.c", Wait, $"  {poll}\n  {acknowledge}\n");
        Replace("main.c", "void fail(void)", "void CNN_ISR(void);\nvoid fail(void)");
        Replace("cnn.c", Vector, string.Empty);
        LoadedProject project = Same();
        Assert.Contains(project.Acknowledge!.Operations, o => o.Kind == BusOperationKind.KeepBits && o.Address == 0x50100000);
        var session = new SimulationSession(project);
        session.RunSample();
        session.RunSample();
        Assert.Equal(2, session.Accelerator.Inferences);
    }

    [Fact]
    public void RegistersInATable_AreWritten()
    {
        string table = string.Concat(_program.Configure.Select(w => $"  {{ 0x{w.Address:x8}, 0x{w.Value:x8} }},\n"));
        Configure($"static const struct {{ uint32_t addr, val; }} regs[] = {{\n{table}}};\n", "  for (unsigned i = 0; i < sizeof(regs) / sizeof(regs[0]); i++)\n    *((volatile uint32_t *) regs[i].addr) = regs[i].val;\n");
        Same();
    }

    [Theory]
    [InlineData("#define REG32(a) (*(volatile uint32_t *)(a))", "REG32($1) = $2;")]
    [InlineData("#define WR(a, v) do { *((volatile uint32_t *) (a)) = (v); } while (0)", "WR($1, $2);")]
    [InlineData("typedef volatile uint32_t vu32;", "*(vu32 *)(uintptr_t) $1UL = $2u;")]
    [InlineData("", "*((volatile uint32_t *) $1) = $2; // label\n  if (*((volatile uint32_t *) $1) != $2) return CNN_FAIL;")]
    public void OtherFormsOfRegisterWrites_AreTheSame(string declaration, string form)
    {
        bool compares = form.Contains("if (", StringComparison.Ordinal);
        Replace("cnn.c", "#include \"weights.h\"", "#include \"weights.h\"\n" + declaration);
        _text.Files["cnn.c"] = RegisterWrite().Replace(_text.Files["cnn.c"], form);
        if (!compares)
            Same();
        else
            Assert.True(Simulation.Run(CProjectTests.Load(_text), cancellation: TestContext.Current.CancellationToken).Passed);
    }

    [Theory]
    [InlineData("\r\n", "")]
    [InlineData("\n", "\uFEFF")]
    public void LineEndsAndByteOrderMarks_ChangeNothing(string lineEnd, string mark)
    {
        foreach (string file in _text.Files.Keys.ToArray())
            _text.Files[file] = mark + _text.Files[file].TrimEnd('\n').Replace("\n", lineEnd, StringComparison.Ordinal);
        Same();
    }

    [Fact]
    public void CommentsAndBlanksInOddPlaces_ChangeNothing()
    {
        Replace("cnn.c", "int cnn_start(void)", "int /* a */ cnn_start // b\n(/* none */ void /**/)");
        Replace("cnn.c", "  cnn_time = 0;\n\n", "  cnn_time /***/ = /* // */ 0; // goes on \\\n  in the next line, \\ \r\n  and in one more 'quote\n");
        _text.Files["weights.h"] = "#pragma once\n" + _text.Files["weights.h"].Replace("\\\n", "\\ \n", StringComparison.Ordinal).Replace("{ \\", "{ /* first \\\n line */ \\", StringComparison.Ordinal);
        _text.Files["main.c"] = "// µs ± °C ©\n" + _text.Files["main.c"].Replace("  ", "\t\f", StringComparison.Ordinal);
        Same();
    }

    [Fact]
    public void NumbersOfEveryKind_AreTheSame()
    {
        int next = 0;
        _text.Files["sampledata.h"] = HexNumber().Replace(_text.Files["sampledata.h"], m =>
        {
            uint value = Convert.ToUInt32(m.Value, 16);
            return (next++ % 4) switch { 0 => $"{value}U", 1 => $"0X{value:X}uL", 2 => "0" + Convert.ToString(value, 8), _ => $"({value & 0xff} | 0x{value & ~0xffu:x})" };
        });
        Same();
    }

    [Fact]
    public void ArraysInAFileOfTheirOwn_AreFound()
    {
        Replace("cnn.c", "static const uint32_t kernels[] = KERNELS;", "extern const uint32_t kernels[];");
        _text.Files["weights.c"] = "#include <stdint.h>\n#include \"weights.h\"\nconst uint32_t kernels[] = KERNELS;\n";
        _text.Files["display.c"] = "this is not even C: @\n";
        Same();
    }

    [Fact]
    public void FileThatIsNotNeeded_IsNotRead()
    {
        _text.Files["other.c"] = "int main(void) { return cnn_init() + memcpy32; }\n@";
        Same();
    }

    [Fact]
    public void PositionAndFormatMacros_ArePrinted()
    {
        Replace("main.c", Main, "#define STR_(x) #x\n#define STR(x) STR_(x)\n#define SIDE 28\n" + Main
            + "  printf(\"%s %s %s %\" PRIu32 \" %\" PRId64 \" %d\\n\", __FILE__, __func__, STR(SIDE), (uint32_t) 7, llabs(-5000000000LL), __LINE__);\n");
        int line = Array.FindIndex(_text.Files["main.c"].Split('\n'), l => l.Contains("__LINE__", StringComparison.Ordinal)) + 1;
        Same();
        Assert.Contains($"main.c main 28 7 5000000000 {line}\n", Run().Printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("goto end;\n  end:;", "goto")]
    [InlineData("float f = sqrtf(2.0f); cnn_time = (uint32_t) f;", "sqrtf")]
    [InlineData("int n = ({ 4; });", "inside expressions")]
    [InlineData("switch (0) { case 0: { case 1: ; } }", "case")]
    [InlineData("int32_t *p = malloc(40);", "malloc")]
    public void WhatIsNotUnderstood_IsRefusedAtItsLine(string statement, string words)
    {
        Replace("main.c", Main, Main + "  " + statement + "\n");
        int line = Array.IndexOf(_text.Files["main.c"].Split('\n'), "int main(void)") + 3;
        ProjectFormatException error = Assert.Throws<ProjectFormatException>(() => CProjectTests.Load(_text));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Equal(("main.c", line), (error.File, error.Line));
    }

    private void Configure(string before, string body)
    {
        string writes = string.Concat(_program.Configure.Select(w => $"  *((volatile uint32_t *) 0x{w.Address:x8}) = 0x{w.Value:x8}; // some label\n"));
        Replace("cnn.c", writes, body);
        Replace("cnn.c", "int cnn_configure(void)", before + "int cnn_configure(void)");
    }

    private void Replace(string file, string old, string replacement)
    {
        Assert.Contains(old, _text.Files[file], StringComparison.Ordinal);
        _text.Files[file] = _text.Files[file].Replace(old, replacement, StringComparison.Ordinal);
    }

    /// <summary>Reads the project, compares its accesses, simulates it, and runs it as C.</summary>
    private LoadedProject Same()
    {
        LoadedProject expected = _program.Project(), actual = CProjectTests.Load(_text);
        Assert.Equal(LoadedProject.CallOrder, actual.Functions.Select(f => f.Name));
        foreach (ProgramFunction function in expected.Functions)
            Assert.Equal(function.Operations, actual.Functions.Single(f => f.Name == function.Name).Operations.Select(o => o with { Line = 0 }));
        Assert.Equal(expected.KnownAnswer.SelectMany(r => r.Words), actual.KnownAnswer.SelectMany(r => r.Words));
        Assert.True(Simulation.Run(actual, cancellation: TestContext.Current.CancellationToken).Passed);
        Assert.True(Run().CheckPassed);
        return actual;
    }

    private CProjectRun Run()
    {
        using var folder = new TemporaryFolder();
        folder.Write(_text.Files);
        return CProjectRunner.Run(folder.Path, cancellation: TestContext.Current.CancellationToken);
    }

    [GeneratedRegex(@"\*\(\(volatile uint32_t \*\) (0x501[0-9a-f]+)\) = (0x[0-9a-f]+); // some label")]
    private static partial Regex RegisterWrite();

    [GeneratedRegex("0x[0-9a-f]{8}")]
    private static partial Regex HexNumber();
}
