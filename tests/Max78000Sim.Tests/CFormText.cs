// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Ai8x.Device;
using Ai8x.Max78000Sim.Projects;

namespace Ai8x.Max78000Sim.Tests;

/// <summary>How a generation of generators writes a C project (machine.md sections 7.6, 16.3 and 18).</summary>
internal enum CForm
{
    /// <summary>Kernel arrays of single processors, the known answer as one comparison a word.</summary>
    Year2021,

    /// <summary>Kernel arrays of single processors, the known answer as records.</summary>
    Year2022,

    /// <summary>One kernel stream, the known answer as records.</summary>
    Year2024,

    /// <summary>As of 2024, for the RISC-V core.</summary>
    RiscV,
}

/// <summary>Writes any loaded program as a C project in one of the forms, out of its bus accesses alone.</summary>
internal sealed partial class CFormText
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    private readonly LoadedProject _project;
    private readonly CForm _form;
    private readonly StringBuilder _weights = new();
    private readonly StringBuilder _samples = new();
    private readonly StringBuilder _network = new();

    public CFormText(LoadedProject project, CForm form)
    {
        (_project, _form) = (project, form);
        WriteNetwork();
        string main = Main();
        Files["cnn.c"] = _network.ToString();
        Files["cnn.h"] = Header;
        Files["weights.h"] = _weights.ToString();
        Files["sampledata.h"] = _samples.ToString();
        if (form != CForm.Year2021)
            Files["sampleoutput.h"] = Macro("SAMPLE_OUTPUT", 8, [.. project.KnownAnswer.SelectMany(r => (uint[])[r.Address, r.Mask, (uint)r.Words.Length, .. r.Words]), 0]);
        Files[form == CForm.RiscV ? "main_riscv.c" : "main.c"] = main;
        if (form == CForm.RiscV)
            Files["main.c"] = "#include \"mxc.h\"\n\nint main(void)\n{\n  MXC_Delay(SEC(2));\n  while (1)\n    ;\n}\n";
    }

    public Dictionary<string, string> Files { get; } = [];

    /// <summary>True if the input goes through a FIFO.</summary>
    private bool IsFed => _project.SampleInput.Any(w => w.Address is >= 0x50000008 and < 0x50000018 or 0x400c0410);

    private bool IsWide => _project.Unload is { ByteCount: > 0 } map && map.ByteCount % 4 == 0
        && Enumerable.Range(0, map.ByteCount / 4).All(i => map.Sources[4 * i] % 4 == 0 && Enumerable.Range(1, 3).All(k => map.Sources[4 * i + k] == map.Sources[4 * i] + (uint)k));

    private const string Header = """
        #ifndef __CNN_H__
        #define __CNN_H__
        #include <stdint.h>
        typedef int32_t q31_t;
        typedef int16_t q15_t;
        #define CNN_FAIL 0
        #define CNN_OK 1
        #define CNN_INFERENCE_TIMER MXC_TMR0
        #define CNN_START LED_On(1)
        #define CNN_COMPLETE LED_Off(1)
        extern volatile uint32_t cnn_time;
        int cnn_init(void);
        int cnn_load_weights(void);
        int cnn_load_bias(void);
        int cnn_configure(void);
        int cnn_start(void);
        int cnn_unload(uint32_t *out_buf);
        int cnn_enable(uint32_t clock_source, uint32_t clock_divider);
        int cnn_disable(void);
        void memcpy32(uint32_t *dst, const uint32_t *src, int n);
        #endif

        """;

    private static string Hex(uint value) => string.Create(Invariant, $"0x{value:x8}");

    private static string Macro(string name, int perLine, IEnumerable<uint> values, string format = "x8") =>
        $"#define {name} {{ \\\n  {string.Join(", \\\n  ", values.Chunk(perLine).Select(c => string.Join(", ", c.Select(v => "0x" + v.ToString(format, Invariant)))))} \\\n}}\n\n";

    private ProgramFunction? Function(string name) => _project.Functions.FirstOrDefault(f => f.Name == name);

    private void WriteNetwork()
    {
        _network.Append("#include <stdlib.h>\n#include <stdint.h>\n#include <string.h>\n#include <stdio.h>\n#include \"mxc.h\"\n#include \"gcfr_regs.h\"\n#include \"cnn.h\"\n#include \"weights.h\"\n\n");
        _network.Append(_form == CForm.RiscV ? "void __attribute__((interrupt(\"machine\"))) CNN_IRQHandler(void)\n{\n" : "void CNN_ISR(void)\n{\n");
        foreach (BusOperation operation in _project.Acknowledge!.Operations)
        {
            uint cleared = ~operation.Value;
            string extra = (cleared & 1 << 14) != 0 ? " | (1<<14)" : string.Empty;
            _network.Append(Invariant, $"  *((volatile uint32_t *) {Hex(operation.Address)}) &= ~((1<<12){extra} | 1);\n");
        }

        _network.Append("\n  CNN_COMPLETE;\n#ifdef CNN_INFERENCE_TIMER\n  cnn_time = MXC_TMR_SW_Stop(CNN_INFERENCE_TIMER);\n#else\n  cnn_time = 1;\n#endif\n}\n\n");
        _network.Append("void memcpy32(uint32_t *dst, const uint32_t *src, int n)\n{\n  while (n-- > 0) {\n    *dst++ = *src++;\n  }\n}\n\n");
        WriteKernels();
        WriteBias();
        WriteAccesses("cnn_init");
        WriteAccesses("cnn_configure");
        WriteStart();
        WriteUnload();
        _network.Append("""
            int cnn_enable(uint32_t clock_source, uint32_t clock_divider)
            {
              MXC_GCFR->reg3 = 0xf;
              MXC_GCFR->reg1 = 0xf;
              MXC_GCFR->reg0 = 0xf;
              MXC_GCFR->reg2 = 0x0;
              MXC_GCFR->reg3 = 0x0;

              MXC_GCR->pclkdiv = (MXC_GCR->pclkdiv & ~(MXC_F_GCR_PCLKDIV_CNNCLKDIV | MXC_F_GCR_PCLKDIV_CNNCLKSEL))
                                 | clock_divider | clock_source;
              MXC_SYS_ClockEnable(MXC_SYS_PERIPH_CLOCK_CNN);
              VECTOR
              return CNN_OK;
            }

            int cnn_disable(void)
            {
              MXC_SYS_ClockDisable(MXC_SYS_PERIPH_CLOCK_CNN);
              MXC_GCFR->reg3 = 0xf;
              MXC_GCFR->reg2 |= 0xf;
              MXC_GCFR->reg0 = 0x0;
              MXC_GCFR->reg1 = 0x0;
              MXC_GCFR->reg3 = 0x0;
              return CNN_OK;
            }

            """.Replace("VECTOR", _form == CForm.RiscV ? "NVIC_EnableIRQ(CNN_IRQn);" : "NVIC_SetVector(CNN_IRQn, CNN_ISR);", StringComparison.Ordinal));
    }

    /// <summary>Runs of words to following addresses, each with the byte store in front of it if there is one.</summary>
    private static List<(bool Byte, uint Address, List<uint> Words)> Runs(IEnumerable<BusOperation> operations)
    {
        var runs = new List<(bool Byte, uint Address, List<uint> Words)>();
        bool set = false;
        foreach (BusOperation operation in operations)
        {
            if (operation.Width == BusWidth.Byte)
            {
                runs.Add((true, operation.Address & ~1u, []));
                set = true;
            }
            else if (set || (runs.Count > 0 && operation.Address == runs[^1].Address + 4 * (uint)runs[^1].Words.Count))
            {
                // The older loader stores to the base of the processor whatever the start word is.
                if (runs[^1].Words.Count == 0)
                    runs[^1] = (runs[^1].Byte, operation.Address, runs[^1].Words);
                runs[^1].Words.Add(operation.Value);
                set = false;
            }
            else
            {
                runs.Add((false, operation.Address, [operation.Value]));
            }
        }

        return runs;
    }

    private void WriteKernels()
    {
        ImmutableArray<BusOperation> operations = Function("cnn_load_weights")?.Operations ?? [];
        List<(bool Byte, uint Address, List<uint> Words)> runs = Runs(operations);
        uint[] starts = [.. operations.Where(o => o.Width == BusWidth.Byte).Select(o => o.Address)];
        if (_form is CForm.Year2021 or CForm.Year2022)
        {
            for (int i = 0; i < runs.Count; i++)
            {
                _weights.Append(Macro($"KERNELS_{i}", 8, runs[i].Words));
                _network.Append(Invariant, $"static const uint32_t kernels_{i}[] = KERNELS_{i};\n");
            }

            _network.Append("\nint cnn_load_weights(void)\n{\n");
            int start = 0;
            for (int i = 0; i < runs.Count; i++)
            {
                if (runs[i].Byte)
                    _network.Append(Invariant, $"  *((volatile uint8_t *) {Hex(starts[start++])}) = 0x01; // Set address\n");
                _network.Append(Invariant, $"  memcpy32((uint32_t *) {Hex(runs[i].Address)}, kernels_{i}, {runs[i].Words.Count});\n");
            }
        }
        else
        {
            int start = 0;
            _weights.Append(Macro("KERNELS", 8, [.. runs.SelectMany(r => (uint[])[r.Byte ? starts[start++] & ~1u : r.Address, (uint)r.Words.Count, .. r.Words]), 0]));
            _network.Append("static const uint32_t kernels[] = KERNELS;\n\nint cnn_load_weights(void)\n{\n  uint32_t len;\n  volatile uint32_t *addr;\n  const uint32_t *ptr = kernels;\n\n");
            _network.Append("  while ((addr = (volatile uint32_t *) *ptr++) != 0) {\n");
            if (runs.Any(r => r.Byte))
                _network.Append("    *((volatile uint8_t *) ((uint32_t) addr | 1)) = 0x01; // Set address\n");
            _network.Append("    len = *ptr++;\n    while (len-- > 0)\n      *addr++ = *ptr++;\n  }\n");
        }

        _network.Append("\n  return CNN_OK;\n}\n\n");
    }

    private void WriteBias()
    {
        List<(bool Byte, uint Address, List<uint> Words)> runs = Runs(Function("cnn_load_bias")?.Operations ?? []);
        if (runs.Count > 0)
            _network.Append(Invariant, $"static void memcpy_8to32(uint32_t *dst, const uint8_t *src, {(_form == CForm.Year2021 ? "size_t" : "int")} n)\n{{\n  while (n-- > 0) {{\n    *dst++ = *src++;\n  }}\n}}\n\n");
        for (int i = 0; i < runs.Count; i++)
        {
            _weights.Append(Macro($"BIAS_{i}", 16, runs[i].Words, "x2"));
            _network.Append(Invariant, $"static const uint8_t bias_{i}[] = BIAS_{i};\n");
        }

        _network.Append("\nint cnn_load_bias(void)\n{\n");
        for (int i = 0; i < runs.Count; i++)
            _network.Append(Invariant, $"  memcpy_8to32((uint32_t *) {Hex(runs[i].Address)}, bias_{i}, sizeof(uint8_t) * {runs[i].Words.Count});\n");
        _network.Append(runs.Count == 0 ? "  // Not used in this network\n" : "\n").Append("  return CNN_OK;\n}\n\n");
    }

    private void WriteAccesses(string name)
    {
        _network.Append(Invariant, $"int {name}(void)\n{{\n  // Layer 0 {(_form is CForm.Year2021 or CForm.Year2022 ? "group" : "quadrant")} 0\n");
        foreach (BusOperation operation in Function(name)?.Operations ?? [])
            _network.Append(Statement(operation));
        _network.Append("\n  return CNN_OK;\n}\n\n");
    }

    private static string Statement(BusOperation operation)
    {
        string place = $"*((volatile uint32_t *) {Hex(operation.Address)})";
        return operation.Kind switch
        {
            BusOperationKind.Write => $"  {place} = {Hex(operation.Value)}; // label\n",
            BusOperationKind.SetBits => $"  {place} |= {Hex(operation.Value)};\n",
            BusOperationKind.KeepBits => $"  {place} &= {Hex(operation.Value)};\n",
            BusOperationKind.Wait => string.Create(Invariant, $"  while (({place} & 0x{operation.Mask:x}) != 0x{operation.Value:x}); // Wait\n"),
            _ => $"  if (({place} & {Hex(operation.Mask)}) != {Hex(operation.Value)}) return CNN_FAIL;\n",
        };
    }

    private void WriteStart()
    {
        _network.Append("int cnn_start(void)\n{\n  cnn_time = 0;\n\n");
        ImmutableArray<BusOperation> operations = Function("cnn_start")!.Operations;
        for (int i = 0; i < operations.Length; i++)
        {
            if (i == operations.Length - 1)
                _network.Append("#ifdef CNN_INFERENCE_TIMER\n  MXC_TMR_SW_Start(CNN_INFERENCE_TIMER);\n#endif\n\n  CNN_START;\n");
            _network.Append(Statement(operations[i]));
        }

        _network.Append("\n  return CNN_OK;\n}\n\n");
    }

    private void WriteUnload()
    {
        if (_project.Unload is null)
        {
            _network.Append("int cnn_unload(uint32_t *out_buf)\n{\n  return CNN_OK;\n}\n\n");
            return;
        }

        _network.Append(IsWide ? "int cnn_unload(uint32_t *out_buf)\n{\n  volatile uint32_t *addr;\n" : "int cnn_unload(uint32_t *out_buf32)\n{\n  uint8_t *out_buf = (uint8_t *) out_buf32;\n  volatile uint32_t *addr;\n  uint32_t val, offs;\n");
        _network.Append("  int i;\n\n");
        if (IsWide)
            WriteWords();
        else
            WriteBytes();
        _network.Append("\n  return CNN_OK;\n}\n\n");
    }

    private void WriteWords()
    {
        uint next = 0;
        for (int i = 0; i < _project.Unload!.ByteCount; i += 4)
        {
            uint source = _project.Unload.Sources[i];
            if (source != next)
                _network.Append(Invariant, $"  addr = (volatile uint32_t *) {Hex(source)};\n");
            _network.Append("  *out_buf++ = *addr++;\n");
            next = source + 4;
        }
    }

    private void WriteBytes()
    {
        IReadOnlyList<uint> sources = _project.Unload!.Sources;
        for (int at = 0; at < sources.Count;)
        {
            int count = 1;
            uint step = at + 1 < sources.Count ? sources[at + 1] - sources[at] : 0;
            while (step is > 0 and < 0x400 && step % 4 == 0 && at + count < sources.Count && sources[at + count] - sources[at + count - 1] == step)
                count++;
            uint shift = sources[at] % 4 * 8;
            string value = shift == 0 ? "val & 0xff" : $"(val >> {shift}) & 0xff";
            if (sources[at] != 0 && count == 1)
            {
                _network.Append(Invariant, $"  addr = (volatile uint32_t *) {Hex(sources[at] & ~3u)};\n  val = *addr++;\n  out_buf[0x{at:x4}] = {value};\n");
            }
            else if (sources[at] != 0)
            {
                _network.Append(Invariant, $"  addr = (volatile uint32_t *) {Hex(sources[at] & ~3u)};\n  offs = 0x{at:x4};\n  for (i = 0; i < {count}; i++) {{\n");
                _network.Append(step == 4 ? "    val = *addr++;\n" : string.Create(Invariant, $"    val = *addr;\n    addr += 0x{step / 4:x4};\n"));
                _network.Append(Invariant, $"    out_buf[offs] = {value};\n    offs++;\n  }}\n");
            }

            at += count;
        }
    }
}
