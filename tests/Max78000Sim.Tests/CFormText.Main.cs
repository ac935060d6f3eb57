// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Ai8x.Device;
using Ai8x.Max78000Sim.Projects;

namespace Ai8x.Max78000Sim.Tests;

/// <content>The file main.c: input, comparison, and the order of calls.</content>
internal sealed partial class CFormText
{
    private string Main()
    {
        var text = new StringBuilder("#include <stdlib.h>\n#include <stdint.h>\n#include <string.h>\n#include <stdio.h>\n#include \"mxc.h\"\n#include \"cnn.h\"\n#include \"sampledata.h\"\n");
        text.Append(_form == CForm.Year2021 ? "\n" : "#include \"sampleoutput.h\"\n\n");
        text.Append("volatile uint32_t cnn_time; // Stopwatch\n\nvoid fail(void)\n{\n  printf(\"\\n*** FAIL ***\\n\\n\");\n  while (1);\n}\n\n");
        text.Append(Input()).Append(Check());
        int words = (_project.Unload?.ByteCount + 3) / 4 ?? 1;
        text.Append(Invariant, $"static int32_t ml_data[{Math.Max(1, words)}];\n\nint main(void)\n{{\n");
        text.Append(_form == CForm.RiscV
            ? "  Debug_Init(); // Set up RISCV JTAG\n  MXC_ICC_Enable(MXC_ICC1); // Enable cache\n"
            : "  MXC_ICC_Enable(MXC_ICC0); // Enable cache\n  MXC_SYS_Clock_Select(MXC_SYS_CLOCK_IPO);\n");
        text.Append("  SystemCoreClockUpdate();\n  printf(\"Waiting...\\n\");\n  cnn_enable(MXC_S_GCR_PCLKDIV_CNNCLKSEL_PCLK, MXC_S_GCR_PCLKDIV_CNNCLKDIV_DIV1);\n");
        text.Append("  cnn_init();\n  cnn_load_weights();\n  cnn_load_bias();\n  cnn_configure();\n");
        text.Append(IsFed ? "  cnn_start();\n  load_input();\n" : "  load_input();\n  cnn_start();\n");
        text.Append(_form == CForm.Year2021 ? "  SCB->SCR &= ~SCB_SCR_SLEEPDEEP_Msk; // SLEEPDEEP=0\n" : string.Empty);
        text.Append("\n  while (cnn_time == 0)\n").Append(_form switch
        {
            CForm.Year2021 => "    __WFI(); // Wait for CNN\n",
            CForm.RiscV => "    asm volatile(\"wfi\");\n",
            _ => "    MXC_LP_EnterSleepMode(); // Wait for CNN\n",
        });
        text.Append("\n  if (check_output() != CNN_OK) fail();\n  cnn_unload((uint32_t *) ml_data);\n  printf(\"\\n*** PASS ***\\n\\n\");\n  cnn_disable();\n  return 0;\n}\n");
        return text.ToString();
    }

    private string Input()
    {
        var text = new StringBuilder();
        ImmutableArray<BusOperation> operations = Function("load_input")!.Operations;
        if (IsFed)
        {
            uint[] fifos = [.. operations.Where(o => o.Kind == BusOperationKind.Write).Select(o => o.Address).Distinct()];
            for (int i = 0; i < fifos.Length; i++)
            {
                _samples.Append(Macro($"SAMPLE_INPUT_{i}", 8, operations.Where(o => o.Kind == BusOperationKind.Write && o.Address == fifos[i]).Select(o => o.Value)));
                text.Append(Invariant, $"static const uint32_t input_{i}[] = SAMPLE_INPUT_{i};\n");
            }

            text.Append("\nvoid load_input(void)\n{\n  int i;\n");
            for (int i = 0; i < fifos.Length; i++)
                text.Append(Invariant, $"  const uint32_t *in{i} = input_{i};\n");
            text.Append(Invariant, $"\n  for (i = 0; i < {operations.Count(o => o.Kind == BusOperationKind.Write) / fifos.Length}; i++) {{\n");
            for (int i = 0; i < fifos.Length; i++)
            {
                (string status, int bit) = fifos[i] == 0x400c0410 ? ("0x400c0404", 2) : ("0x50000004", 1 << (int)((fifos[i] - 0x50000008) / 4));
                text.Append(Invariant, $"    while (((*((volatile uint32_t *) {status}) & {bit})) != 0); // Wait for FIFO {i}\n    *((volatile uint32_t *) {Hex(fifos[i])}) = *in{i}++; // Write FIFO {i}\n");
            }

            return text.Append("  }\n}\n\n").ToString();
        }

        List<(bool Byte, uint Address, List<uint> Words)> runs = Runs(operations);
        for (int i = 0; i < runs.Count; i++)
        {
            _samples.Append(Macro($"SAMPLE_INPUT_{4 * i}", 8, runs[i].Words));
            text.Append(Invariant, $"static const uint32_t input_{4 * i}[] = SAMPLE_INPUT_{4 * i};\n");
        }

        text.Append("\nvoid load_input(void)\n{\n");
        for (int i = 0; i < runs.Count; i++)
            text.Append(Invariant, $"  memcpy32((uint32_t *) {Hex(runs[i].Address)}, input_{4 * i}, {runs[i].Words.Count});\n");
        return text.Append("}\n\n").ToString();
    }

    private string Check()
    {
        if (_form != CForm.Year2021)
        {
            return """
                // Expected output of layer (known-answer test)
                static const uint32_t sample_output[] = SAMPLE_OUTPUT;
                int check_output(void)
                {
                  int i;
                  uint32_t mask, len;
                  volatile uint32_t *addr;
                  const uint32_t *ptr = sample_output;

                  while ((addr = (volatile uint32_t *) *ptr++) != 0) {
                    mask = *ptr++;
                    len = *ptr++;
                    for (i = 0; i < len; i++)
                      if ((*addr++ & mask) != *ptr++) return CNN_FAIL;
                  }

                  return CNN_OK;
                }


                """;
        }

        var text = new StringBuilder("int check_output(void)\n{\n");
        foreach (KnownAnswerRecord record in _project.KnownAnswer)
        {
            for (int i = 0; i < record.Words.Length; i++)
            {
                string place = $"*((volatile uint32_t *) {Hex(record.Address + 4 * (uint)i)})";
                string masked = record.Mask == uint.MaxValue ? place : string.Create(Invariant, $"{place} & 0x{record.Mask:x}");
                text.Append(Invariant, $"  if (({masked}) != {Hex(record.Words[i])}) return CNN_FAIL; // 0,{i},0\n");
            }
        }

        return text.Append("  return CNN_OK;\n}\n\n").ToString();
    }
}
