// SPDX-License-Identifier: MIT
using static System.FormattableString;

namespace Ai8x.CodeGen.CProject;

/// <summary><c>main.c</c>: loads the sample, runs one inference, checks the known answer and shows the result.</summary>
internal static class MainSource
{
    private static readonly string[] Headers =
    [
        "<stdint.h>", "<stdio.h>", "\"mxc_device.h\"", "\"mxc_sys.h\"", "\"icc.h\"", "\"led.h\"", "\"lp.h\"", "\"mxc_delay.h\"", "\"cnn.h\"", "\"sampledata.h\"", "\"sampleoutput.h\"",
    ];

    public static string Make(AcceleratorProgram program, ProjectFacts facts)
    {
        var text = new SourceText();
        HeaderComment.Append(text, facts, facts.Options.KnownAnswer ? "runs the sample and checks the known answer" : "runs the sample");
        foreach (string header in Headers.Where(header => facts.Options.KnownAnswer || header != "\"sampleoutput.h\"")) text.Line("#include " + header);
        if (facts.Options.Riscv is not null) text.Line("#include \"sema_regs.h\"");
        text.Line();
        text.Line("volatile uint32_t cnn_time;").Line();
        string section = facts.Options.Riscv is { Flash: true } ? " CNN_FLASH" : "";
        foreach (InputBlock block in program.Inputs) text.Line(Invariant($"static const uint32_t input_{block.Number}[]{section} = SAMPLE_INPUT_{block.Number};"));
        if (facts.Options.KnownAnswer) text.Line($"static const uint32_t sample_output[]{section} = SAMPLE_OUTPUT;");
        text.Line();
        AppendInput(text, program);
        if (facts.Options.KnownAnswer) text.Lines(CheckOutput).Line();
        AppendResult(text, facts);
        AppendFail(text, facts);
        if (facts.Options.Energy) EnergySource.Append(text, program.Inputs.Any(block => block.IsFifo));
        if (program.CallOrder.Contains("cnn_stop")) AppendStopAndGo(text);
        AppendMain(text, program, facts);
        return text.Finish();
    }

    private static void AppendInput(SourceText text, AcceleratorProgram program)
    {
        ProgramAccess[] accesses = [.. CnnSource.Accesses(program, "load_input")];
        text.Open("void load_input(void)");
        AccessStatement.AppendDeclarations(text, accesses);
        AccessStatement.AppendAll(text, "load_input", accesses);
        text.Close();
    }

    private static void AppendFail(SourceText text, ProjectFacts facts)
    {
        text.Open("static int fail(const char *what)");
        text.Line("  printf(\"*** FAIL *** %s\\n\", what);");
        text.Line("  cnn_disable();");
        AppendBoost(text, facts, "disable");
        text.Line("  SYS_COMPLETE;").Line();
        text.Line("  return 1;").Close();
    }

    private static void AppendBoost(SourceText text, ProjectFacts facts, string action)
    {
        if (facts.Options.Boost is { } pin) text.Line(Invariant($"  cnn_boost_{action}(MXC_GPIO{pin.Port}, MXC_GPIO_PIN_{pin.Number});"));
    }

    private static void AppendStopAndGo(SourceText text)
    {
        text.Line("// Halts the running accelerator for a moment: the result must not change");
        text.Open("static void stop_and_go(void)");
        text.Line("  cnn_stop();");
        text.Line("  cnn_continue();");
        text.Close();
    }

    private const string CheckOutput =
        """
        // Compares memory with the known answer
        int check_output(void)
        {
          const uint32_t *ptr = sample_output;
          volatile uint32_t *addr;
          uintptr_t start;
          uint32_t mask, len, i;

          while ((start = *ptr++) != 0) {
            addr = (volatile uint32_t *) start;
            mask = *ptr++;
            len = *ptr++;
            for (i = 0; i < len; i++) {
              if ((addr[i] & mask) != ptr[i]) {
                printf("Data mismatch at 0x%08x: mask 0x%08x, read 0x%08x, expected 0x%08x\n", (unsigned int) (start + 4 * i),
                       (unsigned int) mask, (unsigned int) (addr[i] & mask), (unsigned int) ptr[i]);
                return CNN_FAIL;
              }
            }
            ptr += len;
          }

          return CNN_OK;
        }
        """;

    private const string ShowClasses =
        """
        static void show_classes(void)
        {
          int i, tenths;

          printf("Class: output, share\n");
          for (i = 0; i < CNN_NUM_OUTPUTS; i++) {
            tenths = (1000 * ml_softmax[i] + 0x4000) >> 15;
            printf("%5d: %10ld %3d.%d%%\n", i, (long) ml_data[i], tenths / 10, tenths % 10);
          }
        }
        """;

    private const string BytesToLogits =
        """
          const int8_t *bytes = (const int8_t *) ml_data32;
          int i;

          cnn_unload(ml_data32);
          // Outputs of 8 bits have 7 fraction bits, the soft-max takes 14
          for (i = 0; i < CNN_NUM_OUTPUTS; i++) {
            ml_data[i] = (q31_t) bytes[i] * 128;
          }
        """;

    private static void AppendResult(SourceText text, ProjectFacts facts)
    {
        if (facts.Unload.ByteMode) text.Line("static uint32_t ml_data32[(CNN_NUM_OUTPUTS + 3) / 4];");
        if (facts.Softmax || !facts.Unload.ByteMode) text.Line("static q31_t ml_data[CNN_NUM_OUTPUTS];");
        if (facts.Softmax) text.Line("static q15_t ml_softmax[CNN_NUM_OUTPUTS];");
        text.Line();
        if (!facts.Softmax) return;

        text.Open("void softmax_layer(void)");
        if (facts.Unload.ByteMode) text.Lines(BytesToLogits);
        else text.Line("  cnn_unload((uint32_t *) ml_data);");
        text.Line(facts.SoftmaxShift == 0
            ? "  softmax_q17p14_q15(ml_data, CNN_NUM_OUTPUTS, ml_softmax);"
            : Invariant($"  softmax_shift_q17p14_q15(ml_data, CNN_NUM_OUTPUTS, {facts.SoftmaxShift}, ml_softmax);"));
        text.Close();
        text.Lines(ShowClasses).Line();
    }

    private static void AppendMain(SourceText text, AcceleratorProgram program, ProjectFacts facts)
    {
        text.Open("int main(void)");
        AppendSystem(text, facts);
        text.Line("  SYS_START;");
        text.Line($"  printf(\"*** {facts.Name} ***\\n\");").Line();
        bool waited = false;
        foreach (string function in program.CallOrder)
        {
            if (!waited && function is ("check_output" or "cnn_unload" or "softmax_layer"))
            {
                text.Line().Line("  while (cnn_time == 0) {").Line("    MXC_LP_EnterSleepMode();").Line("  }").Line();
                waited = true;
            }

            AppendCall(text, function, facts);
        }

        AppendBoost(text, facts, "disable");
        text.Line("  SYS_COMPLETE;");
        text.Line(facts.Options.Timer is null ? "  printf(\"Inference has ended\\n\");" : "  printf(\"Inference took %u us\\n\", (unsigned int) cnn_time);");
        if (facts.Softmax) text.Line("  show_classes();");
        if (facts.Options.Riscv is not null) text.Line("  MXC_SEMA->irq0 = MXC_F_SEMA_IRQ0_EN | MXC_F_SEMA_IRQ0_CM4_IRQ; // The Arm core goes on");
        text.Line().Line("  return 0;").Close();
    }

    private static void AppendSystem(SourceText text, ProjectFacts facts)
    {
        if (facts.Options.Riscv is { } riscv)
        {
            // Clock and debugger are the business of the Arm core, which has started this one.
            if (riscv.Cache) text.Line("  MXC_ICC_Enable(MXC_ICC1);");
            text.Line("  SystemCoreClockUpdate();").Line("  __enable_irq();").Line();
            return;
        }

        text.Line("  MXC_ICC_Enable(MXC_ICC0);");
        text.Line("  MXC_SYS_Clock_Select(MXC_SYS_CLOCK_IPO);");
        text.Line("  SystemCoreClockUpdate();").Line();
        text.Line("  // Time for a debugger to take hold before the first sleep");
        text.Line("  printf(\"Waiting...\\n\");");
        text.Line("  MXC_Delay(MXC_DELAY_SEC(2));");
    }

    private static void AppendCall(SourceText text, string function, ProjectFacts facts)
    {
        switch (function)
        {
            case "cnn_enable":
                AppendBoost(text, facts, "enable");
                text.Line("  cnn_enable(MXC_S_GCR_PCLKDIV_CNNCLKSEL_PCLK, MXC_S_GCR_PCLKDIV_CNNCLKDIV_DIV1);");
                break;
            case "cnn_init":
                text.Line("  if (cnn_init() != CNN_OK) {").Line("    return fail(\"cnn_init\");").Line("  }");
                break;
            case "cnn_stop":
                text.Line("  stop_and_go();");
                break;
            case "cnn_continue":
                break;
            case "check_output":
                if (!facts.Options.KnownAnswer) break;
                text.Line("  if (check_output() != CNN_OK) {").Line("    return fail(\"known answer\");").Line("  }");
                text.Line("  printf(\"*** PASS *** known answer\\n\");");
                break;
            case "cnn_unload":
                text.Line(facts.Unload.ByteMode ? "  cnn_unload(ml_data32);" : "  cnn_unload((uint32_t *) ml_data);");
                break;
            case "cnn_disable":
                if (facts.Options.Energy) text.Line("  measure_energy();");
                text.Line("  cnn_disable();");
                break;
            default:
                text.Line($"  {function}();");
                break;
        }
    }
}
