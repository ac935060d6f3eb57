// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.CodeGen;

namespace Ai8x.CodeGen.Tests.CProject;

/// <summary>The forms beyond the plain project: FIFO, self-test, other kernel loaders, assisted unload, RISC-V, timer, energy, boost (docs/c-project.md).</summary>
public sealed class CProjectFormTests
{
    private static readonly AcceleratorProgram Plain = CProjectFixture.Program(CProjectFixture.Bytes);

    /// <summary>Every form with the files that make one program, and lines that must be there.</summary>
    public static TheoryData<string> Forms => [.. Table.Keys.Order(StringComparer.Ordinal)];

    private static readonly ImmutableDictionary<string, (AcceleratorProgram Program, ProjectOptions Options, string[] Lines)> Table =
        new Dictionary<string, (AcceleratorProgram, ProjectOptions, string[])>
        {
            ["fifo"] = (Fifo(0x50000004, 0x50000008), new(),
            [
                "  const uint32_t *next_input_0 = input_0;\n  int i;\n",
                "  for (i = 0; i < 19; i++) {\n    while ((*((volatile uint32_t *) 0x50000004) & 0x00000001) != 0x00000000); // Wait for FIFO 0\n"
                    + "    *((volatile uint32_t *) 0x50000008) = *next_input_0++; // Write FIFO 0\n  }\n",
                "  cnn_start();\n  load_input();\n\n  while (cnn_time == 0) {\n",
            ]),
            ["fast-fifo on RISC-V"] = (Fifo(0x400c0404, 0x400c0410) with { Functions = Interrupt(Fifo(0x400c0404, 0x400c0410), "CNN_IRQHandler") }, new() { Riscv = new(Flash: true, Cache: true, Exclusive: true, Debug: true) },
            [
                "void CNN_IRQHandler(void)\n", "static const uint32_t input_0[] CNN_FLASH = SAMPLE_INPUT_0;\n", "static const uint32_t kernels[] CNN_FLASH = KERNELS;\n",
                "  MXC_ICC_Enable(MXC_ICC1);\n", "  MXC_FCR->urvctrl |= 0x00000001;", "  connect_debug_port();\n", "  NVIC_EnableEvent(CNN_IRQn);\n", "#ifdef __riscv\n",
            ]),
            ["plain kernels"] = (With(Plain, "cnn_load_weights", new ProgramAccess(AccessOperation.PlainKernelStream, 0, 0, "", Plain.Kernels.Length, SourceName: "kernels")), new(), ["  while ((addr = *ptr++) != 0) {\n    len = *ptr++;\n"]),
            ["kernels of each processor"] = (Blocks(), new(),
            [
                "static const uint32_t kernels_0[] = KERNELS_0;\n", "  *((volatile uint8_t *) 0x50180001) = 0x01; // Set address\n  memcpy32((uint32_t *) 0x50180000, kernels_0, 3);\n", "#define KERNELS_17 { \\\n",
            ]),
            ["self-test"] = (With(Plain, "cnn_init",
            [
                .. CProjectFixture.Program(CProjectFixture.Bytes).Functions.Single(f => f.Name == "cnn_init").Accesses,
                new(AccessOperation.Write, 0x5010000c, 1, "Data SRAM BIST"),
                new(AccessOperation.Wait, 0x5010000c, 0x08040000, "Wait for BIST", Mask: 0x08040000),
                new(AccessOperation.Check, 0x5010000c, 0, "Return on BIST error", Mask: 0x4000),
                new(AccessOperation.FillZero, 0x50110000, 0, "", 768),
            ]), new(),
            [
                "  while ((*((volatile uint32_t *) 0x5010000c) & 0x08040000) != 0x08040000); // Wait for BIST\n",
                "  if ((*((volatile uint32_t *) 0x5010000c) & 0x00004000) != 0x00000000) return CNN_FAIL; // Return on BIST error\n", "  memset32((uint32_t *) 0x50110000, 0, 768);\n",
            ]),
            ["assisted unload"] = (Assisted(), new(),
            [
                "  (void) *((volatile uint32_t *) 0x50101000); // Prime\n  for (i = 0; i < 4; i++) {\n    *out_buf++ = *((volatile uint32_t *) 0x50101000);\n  }\n",
            ]),
            ["stop and continue"] = (Plain with { CallOrder = Plain.CallOrder.Insert(7, "cnn_stop").Insert(8, "cnn_continue") }, new(), ["  cnn_stop();\n  cnn_continue();\n", "  cnn_start();\n  stop_and_go();\n"]),
            ["energy and boost"] = (Plain, new() { Energy = true, Boost = new(2, 5), Board = ProjectBoard.Feather },
            [
                "  cnn_boost_enable(MXC_GPIO2, MXC_GPIO_PIN_5);\n  cnn_enable(", "  cnn_boost_disable(MXC_GPIO2, MXC_GPIO_PIN_5);\n  SYS_COMPLETE;\n", "  for (i = 0; i < 100; i++) {\n    load_input();\n    cnn_start();\n", "BOARD ?= FTHR_RevA\n",
            ]),
            ["no timer, no answer"] = (Plain with { KnownAnswer = [] }, new() { Timer = null, KnownAnswer = false }, ["  cnn_time = 1;\n"]),
            ["timer 3"] = (Plain, new() { Timer = 3 }, ["#define CNN_INFERENCE_TIMER MXC_TMR3\n"]),
        }.ToImmutableDictionary();

    [Theory]
    [MemberData(nameof(Forms))]
    public void Form_HoldsItsStatements(string form)
    {
        (AcceleratorProgram program, ProjectOptions options, string[] lines) = Table[form];
        string all = string.Concat(CProjectWriter.Files(program, Facts(options)).Select(file => file.Text));
        foreach (string line in lines) Assert.Contains(line, all, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Form_CompilesWithoutAWarning(string form)
    {
        NativeBuild.SkipUnlessThere("gcc");
        NativeBuild.SkipUnlessThere("arm-none-eabi-gcc");
        (AcceleratorProgram program, ProjectOptions options, _) = Table[form];
        using var build = new NativeBuild(program, Facts(options));
        string[] sources = [.. CProjectWriter.Files(program, Facts(options)).Select(file => file.Name).Where(name => name.EndsWith(".c", StringComparison.Ordinal))];
        build.Compile("gcc", ["-O1", "-c", .. sources]);
        build.Compile("arm-none-eabi-gcc", ["-mcpu=cortex-m4", "-mthumb", "-O2", "-c", .. sources]);
    }

    [Theory]
    [InlineData("fifo")]
    [InlineData("plain kernels")]
    [InlineData("kernels of each processor")]
    [InlineData("stop and continue")]
    [InlineData("energy and boost")]
    [InlineData("timer 3")]
    public void Form_RunNatively_FindsTheKnownAnswer(string form)
    {
        NativeBuild.SkipUnlessNativeRuns();
        (AcceleratorProgram program, ProjectOptions options, _) = Table[form];
        using var build = new NativeBuild(program, Facts(options));
        build.Compile("gcc", "-O2", "-o", "program", "cnn.c", "main.c", "softmax.c", NativeBuild.StandIn("standin.c"), NativeBuild.Harness("plain_bus.c"));
        build.WriteMemory(CProjectFixture.Memory(CProjectFixture.Bytes));
        (int code, string output) = build.Run();
        Assert.True(code == 0, output);
        Assert.Contains("*** PASS ***", output, StringComparison.Ordinal);
        Dictionary<uint, uint> stores = build.ReadStores();
        if (form == "fifo") Assert.Equal(program.Inputs[0].Words[^1], stores[0x50000008]);
        if (form == "plain kernels") Assert.Equal(0x01020304u, stores[0x50180000]);
        if (form == "kernels of each processor") Assert.Equal([1u, 2u, 3u, 4u, 5u], new uint[] { 0x50180000, 0x50180004, 0x50180008, 0x50584000, 0x50584004 }.Select(address => stores[address]));
    }

    [Fact]
    public void Files_WithoutKnownAnswer_HoldNoTraceOfIt()
    {
        IReadOnlyList<(string Name, string Text)> files = CProjectWriter.Files(Plain with { KnownAnswer = [] }, Facts(new() { KnownAnswer = false }));
        Assert.DoesNotContain(files, file => file.Name == "sampleoutput.h" || file.Text.Contains("check_output", StringComparison.Ordinal) || file.Text.Contains("sample_output", StringComparison.Ordinal));
    }

    [Fact]
    public void Files_ForRiscv_AreTwoProgramsAndThreeMakefiles() => Assert.Equal(
        ["cnn.c", "cnn.h", "weights.h", "sampledata.h", "sampleoutput.h", "main_riscv.c", "main.c", "softmax.c", "Makefile", "Makefile.RISCV", "Makefile.ARM"],
        CProjectWriter.Files(Plain with { Functions = Interrupt(Plain, "CNN_IRQHandler") }, Facts(new() { Riscv = new() })).Select(file => file.Name));

    [Fact]
    public void Loop_WithoutEnd_IsRefused() => Assert.Throws<ArgumentException>(() => CProjectWriter.Files(
        With(Plain, "load_input", [.. Plain.Functions.Single(f => f.Name == "load_input").Accesses, new ProgramAccess(AccessOperation.Loop, 0, 0, "", 3)]), Facts(new())));

    private static ProjectFacts Facts(ProjectOptions options) => CProjectFixture.Facts(CProjectFixture.Bytes) with { Options = options };

    private static AcceleratorProgram With(AcceleratorProgram program, string function, params ImmutableArray<ProgramAccess> accesses) =>
        program with { Functions = [.. program.Functions.Select(f => f.Name == function ? f with { Accesses = accesses } : f)] };

    private static ImmutableArray<ProgramFunction> Interrupt(AcceleratorProgram program, string name) => [.. program.Functions.Select(f => f.Name == "CNN_ISR" ? f with { Name = name } : f)];

    private static AcceleratorProgram Fifo(uint status, uint data)
    {
        AcceleratorProgram program = With(
            Plain,
            "load_input",
            new ProgramAccess(AccessOperation.Loop, 0, 0, "", 19),
            new ProgramAccess(AccessOperation.Wait, status, 0, "Wait for FIFO 0", Mask: 1),
            new ProgramAccess(AccessOperation.WriteNext, data, 0, "Write FIFO 0", SourceName: "input_0"),
            new ProgramAccess(AccessOperation.EndLoop, 0, 0, "", 0));
        return program with
        {
            Inputs = [program.Inputs[0] with { Address = data, IsFifo = true }],
            CallOrder = program.CallOrder.Remove("load_input").Insert(program.CallOrder.IndexOf("cnn_start"), "load_input"),
        };
    }

    private static AcceleratorProgram Assisted()
    {
        ImmutableArray<ProgramAccess> accesses =
        [
            new(AccessOperation.Write, 0x50100310, 0x800, "Set SRAM address"),
            new(AccessOperation.Write, 0x50100000, 0x00010008, "Enable mlator, byte 0"),
            new(AccessOperation.Read, 0x50101000, 0, "Prime", SourceName: "discard"),
            new(AccessOperation.Read, 0x50101000, 0, "", 4, SourceName: "out"),
            new(AccessOperation.Write, 0x50100000, 8, "Disable mlator"),
        ];
        return Plain with { Functions = Plain.Functions.Add(new("cnn_unload", accesses)) };
    }

    private static AcceleratorProgram Blocks()
    {
        AcceleratorProgram program = With(
            Plain,
            "cnn_load_weights",
            new ProgramAccess(AccessOperation.WriteByte, 0x50180001, 1, "Set address"),
            new ProgramAccess(AccessOperation.CopyWords, 0x50180000, 0, "", 3, SourceName: "kernels_0"),
            new ProgramAccess(AccessOperation.WriteByte, 0x50584011, 1, "Set address"),
            new ProgramAccess(AccessOperation.CopyWords, 0x50584000, 0, "", 2, SourceName: "kernels_17"));
        return program with { Kernels = [0], KernelBlocks = [new(0, [1, 2, 3]), new(17, [4, 5])] };
    }
}
