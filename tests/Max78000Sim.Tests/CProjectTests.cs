// SPDX-License-Identifier: MIT
using Ai8x.Max78000Sim.Projects;
using Ai8x.Max78000Sim.Projects.C;

namespace Ai8x.Max78000Sim.Tests;

public sealed class CProjectTests
{
    private readonly TinyNetwork _network = new(21);
    private readonly sbyte[] _image = TinyNetwork.Image(22);

    [Fact]
    public void Project_GivesTheBusAccessesOfItsProgram()
    {
        var program = new TinyProgram(_network, _image);
        LoadedProject expected = program.Project(), actual = Load(new CProjectText(program));
        Assert.Equal(LoadedProject.CallOrder, actual.Functions.Select(f => f.Name));
        foreach (ProgramFunction function in expected.Functions)
            Assert.Equal(function.Operations, actual.Functions.Single(f => f.Name == function.Name).Operations.Select(o => o with { Line = 0 }));
        Assert.Equal(expected.Acknowledge!.Operations, actual.Acknowledge!.Operations.Select(o => o with { Line = 0 }));
        Assert.Equal(expected.Unload!.Sources, actual.Unload!.Sources);
        Assert.Equal(expected.KnownAnswer.Select(r => string.Join(',', r.Words)), actual.KnownAnswer.Select(r => string.Join(',', r.Words)));
    }

    [Fact]
    public void Project_RunsAndNamesItsLayers()
    {
        SimulationResult result = Simulation.Run(Load(new CProjectText(new TinyProgram(_network, _image))), cancellation: TestContext.Current.CancellationToken);
        Assert.True(result.Passed);
        Assert.Equal(["pooled conv", "dense"], result.LayerNames);
        Assert.Equal(_network.Run(_image), System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(result.Unloaded).ToArray());
    }

    [Fact]
    public void LayerWithoutName_IsCalledByItsNumber()
    {
        var text = new CProjectText(new TinyProgram(_network, _image));
        Replace(text, "cnn.c", "Layer 1: dense - 54 to 3", "Layer 1: 54 to 3,");
        Replace(text, "cnn.c", "3, - wide", "3, wide");
        Assert.Equal("layer 1", Load(text).LayerName(1));
    }

    [Fact]
    public void Fault_SaysFileAndLine()
    {
        var text = new CProjectText(new TinyProgram(_network, _image));
        Replace(text, "cnn.c", "*((volatile uint32_t *) 0x50100310) = 0x00002800;", "*((volatile uint32_t *) 0x50100310) = 0x00022800;");
        int line = text.Files["cnn.c"].Split('\n').ToList().FindIndex(l => l.Contains("0x00022800", StringComparison.Ordinal)) + 1;
        SimulationException fault = Assert.Throws<SimulationException>(() => Simulation.Run(Load(text), cancellation: TestContext.Current.CancellationToken));
        Assert.Equal(SimulationFault.ReservedBits, fault.Fault);
        Assert.Equal($"cnn.c:{line}", fault.Location);
    }

    [Fact]
    public void ByteUnload_WithLoopsAndStrides_IsUnderstood()
    {
        var text = new CProjectText(new TinyProgram(_network, _image));
        Replace(text, "cnn.c", CProjectText.WordUnload, """
            int cnn_unload(uint32_t *out_buf32)
            {
              volatile uint32_t *addr;
              uint8_t *out_buf = (uint8_t *) out_buf32;
              int i;
              uint32_t val, offs;

              addr = (volatile uint32_t *) 0x5040a000;
              offs = 0x0000;
              for (i = 0; i < 9; i++) {
                val = *addr;
                addr += 0x0001;
                out_buf[offs] = val & 0xff;
                out_buf[offs+0x09] = (val >> 8) & 0xff;
                out_buf[offs+0x12] = (val >> 16) & 0xff;
                out_buf[offs+0x1b] = (val >> 24) & 0xff;
                offs++;
              }
              addr = (volatile uint32_t *) 0x50412000;
              offs = 0x0024;
              for (i = 0; i < 9; i++) {
                val = *addr++;
                out_buf[offs] = val & 0xff;
                out_buf[offs+0x09] = (val >> 8) & 0xff;
                offs++;
              }
              return CNN_OK;
            }

            """);
        Replace(text, "main.c", "ml_data[CNN_NUM_OUTPUTS]", "ml_data[14]");
        SimulationResult result = Simulation.Run(Load(text), cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(_network.FirstLayer(_image), result.Unloaded!.Select(b => (int)(sbyte)b));
    }

    [Fact]
    public void OtherSpacingAndForms_AreUnderstood()
    {
        var text = new CProjectText(new TinyProgram(_network, _image));
        Replace(text, "cnn.c", "*((volatile uint32_t *) 0x50100310) = 0x00002800;", "*((uint32_t volatile*)0x50100310u)=10240U ; /* a\n comment */");
        Replace(text, "cnn.c", """
                *((volatile uint8_t *) ((uint32_t) addr | 1)) = 0x01; // Set address
                len = *ptr++;
                while (len-- > 0)
                  *addr++ = *ptr++;
            """, """
                uint32_t at = (uint32_t) addr;
                *((volatile uint8_t *) (at | 1)) = 0x01;
                len = *ptr++;
                memcpy32((uint32_t *) at, ptr, len);
                ptr += len;
            """);
        Replace(text, "cnn.c", "*out_buf++ = *addr++;\n  *out_buf++ = *addr++;\n  *out_buf++ = *addr++;", "for(int k=0;k!=3;++k){out_buf[k]=addr[k];}");
        text.Files["main.c"] = text.Files["main.c"].Replace("\n", "\r\n", StringComparison.Ordinal);
        Assert.True(Simulation.Run(Load(text), cancellation: TestContext.Current.CancellationToken).Passed);
    }

    [Fact]
    public void MemoryTestWithPollingAndClearing_IsUnderstood()
    {
        var text = new CProjectText(new TinyProgram(_network, _image));
        Replace(text, "cnn.c", "int cnn_init(void)\n{\n", """
            int cnn_init(void)
            {
              *((volatile uint32_t *) 0x5010000c) = 0x00000001; // Data SRAM BIST
              while ((*((volatile uint32_t *) 0x5010000c) & 0x8040000) != 0x8040000); // Wait for BIST
              if ((*((volatile uint32_t *) 0x5010000c) & 0x00004000) != 0x00000000) return CNN_FAIL; // Return on BIST error
              *((volatile uint32_t *) 0x5010000c) = 0x00000000; // Reset BIST
              memset((uint32_t *) 0x50110000, 0, 3072);

            """);
        LoadedProject project = Load(text);
        ProgramFunction init = project.Functions.Single(f => f.Name == "cnn_init");
        Assert.Equal(new BusOperation(BusOperationKind.Wait, 0x5010000c, 0x08040000, 0x08040000), init.Operations[1] with { Line = 0 });
        Assert.Equal(new BusOperation(BusOperationKind.Check, 0x5010000c, 0, 0x4000), init.Operations[2] with { Line = 0 });
        Assert.Equal(768, init.Operations.Count(o => o.Address is >= 0x50110000 and < 0x50114000));
        Assert.True(Simulation.Run(project, cancellation: TestContext.Current.CancellationToken).Passed);
    }

    [Theory]
    [InlineData("cnn.c", "  cnn_time = 0;\n\n", "  mystery(3);\n", "mystery")]
    [InlineData("cnn.c", "  cnn_time = 0;\n\n", "  cnn_time = unknown_thing;\n", "unknown_thing")]
    [InlineData("cnn.c", "  cnn_time = 0;\n\n", "  SOMETHING->clkctrl = 1;\n", "place")]
    [InlineData("cnn.c", "  cnn_time = 0;\n\n", "  goto end;\n", "goto")]
    [InlineData("cnn.c", "  cnn_time = 0;\n\n", "  *((volatile uint16_t *) 0x50100000) = 1;\n", "32 and 8 bits")]
    [InlineData("cnn.c", "  cnn_time = 0;\n\n", "  while (*((volatile uint32_t *) 0x50400000) == 5);\n", "which value it wants")]
    [InlineData("cnn.c", "  cnn_time = 0;\n\n", "  while (1);\n", "stops here")]
    [InlineData("cnn.c", "  cnn_time = 0;\n\n", "  for (int k = 0; k < 2; k++) k--;\n", "does not come to an end")]
    [InlineData("cnn.c", "  cnn_time = 0;\n\n", "  struct { int a : 3; } x;\n", "bit fields")]
    [InlineData("cnn.c", "  cnn_time = 0;\n\n", "  uint32_t x[3]; x[3] = kernels[sizeof(kernels) / 4];\n", "no memory of the program")]
    [InlineData("cnn.c", "  cnn_time = 0;\n\n", "  __asm volatile (\"svc 0\");\n", "assembler")]
    [InlineData("cnn.c", "  cnn_time = 0;\n\n", "  cnn_start();\n", "nested deeper")]
    [InlineData("cnn.c", "  cnn_time = 0;\n\n", "  return CNN_FAIL;\n", "no interrupt")]
    [InlineData("cnn.c", "  cnn_time = 0;\n\n", "  kernels[100000];\n", "no memory of the program")]
    [InlineData("cnn.c", "  cnn_time = 0;\n\n", "  int x = 1 / 0;\n", "division by zero")]
    [InlineData("cnn.c", "  cnn_time = 0;\n\n", "  int x = 1 << 40;\n", "shift by 40")]
    [InlineData("cnn.c", "  cnn_time = 0;\n\n", "  int x = 99999999999;\n", "32 bits")]
    [InlineData("cnn.c", "  cnn_time = 0;\n\n", "  @\n", "not C")]
    [InlineData("cnn.c", "  cnn_time = 0;\n\n", "  printf(\"x);\n", "quotation mark")]
    [InlineData("cnn.c", "  cnn_time = 0;\n\n", "  /* \n", "not closed")]
    [InlineData("cnn.c", "  cnn_time = 0;\n\n", "  {\n", "expected")]
    [InlineData("cnn.c", "#include \"mxc.h\"", "#if 1", "#endif")]
    [InlineData("cnn.c", "#include \"mxc.h\"", "#include \"../x.h\"", "same folder")]
    [InlineData("cnn.c", "#include \"mxc.h\"", "#include \"cnn.c\"", "includes itself")]
    [InlineData("cnn.c", "  *out_buf++ = *addr++;", "  *out_buf++ = 5;", "whole bytes")]
    [InlineData("cnn.c", "  *out_buf++ = *addr++;", "  *out_buf++ = *addr++ >> 4;", "whole bytes")]
    [InlineData("cnn.c", "  *out_buf++ = *addr++;", "  *out_buf++ = *addr++ + 1;", "whole bytes")]
    [InlineData("main.c", "  cnn_start(); // Start CNN processing\n", "", "no interrupt")]
    [InlineData("main.c", "if ((*addr++ & mask) != *ptr++)", "if ((*addr++ & 0xff) != *ptr++)", "can never hold")]
    [InlineData("main.c", "int check_output(void)", "int check_output(void", "expected")]
    [InlineData("weights.h", "#define KERNELS", "#define KERNALS", "values in braces")]
    [InlineData("weights.h", "0x50180000", "0x150180000", "32 bits")]
    public void Nonsense_IsAnErrorWithFileAndLine(string file, string old, string replacement, string words)
    {
        var text = new CProjectText(new TinyProgram(_network, _image));
        Replace(text, file, old, replacement);
        ProjectFormatException error = Assert.Throws<ProjectFormatException>(() => Load(text));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.EndsWith(error.Line > 0 ? $"{error.File}:{error.Line}: {error.Problem}" : $"{error.File}: {error.Problem}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void HostileSizes_AreRefusedQuickly()
    {
        foreach ((string old, string replacement) in ((string, string)[])
        [
            ("  cnn_time = 0;\n\n", "  int x = " + new string('(', 100_000) + "1;\n"),
            ("  cnn_time = 0;\n\n", "  int x = " + new string('-', 100_000) + "1;\n"),
            ("  cnn_time = 0;\n\n", "  int x = len" + string.Concat(Enumerable.Repeat("+len", 100_000)) + ";\n"),
            ("  cnn_time = 0;\n\n", string.Concat(Enumerable.Repeat("if (1) ", 100_000)) + ";\n"),
            ("  cnn_time = 0;\n\n", new string('{', 100_000)),
            ("  cnn_time = 0;\n\n", "  int x[2000000000];\n"),
            ("#include \"mxc.h\"", "#define A B B B B B B B B B B\n#define B C C C C C C C C C C\n#define C D D D D D D D D D D\n#define D E E E E E E E E E E\n#define E F F F F F F F F F F\n#define F G G G G G G G G G G\n#define G H H H H H H H H H H\nA\n"),
        ])
        {
            var text = new CProjectText(new TinyProgram(_network, _image));
            Replace(text, "cnn.c", old, replacement);
            Assert.Throws<ProjectFormatException>(() => Load(text));
        }
    }

    [Fact]
    public void MissingFile_IsNamed()
    {
        var text = new CProjectText(new TinyProgram(_network, _image));
        text.Files.Remove("main.c");
        Assert.Equal("main.c", Assert.Throws<ProjectFormatException>(() => Load(text)).File);
    }

    internal static LoadedProject Load(CProjectText text)
    {
        using var folder = new TemporaryFolder();
        folder.Write(text.Files);
        return CProjectReader.Read(folder.Path);
    }

    private static void Replace(CProjectText text, string file, string old, string replacement)
    {
        old = old.ReplaceLineEndings("\n");
        Assert.Contains(old, text.Files[file], StringComparison.Ordinal);
        text.Files[file] = text.Files[file].Replace(old, replacement.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }
}
