// SPDX-License-Identifier: MIT
namespace Ai8x.CodeGen.CProject;

/// <summary>The part of <c>main.c</c> for a power meter: each phase a hundred times between the action macros (machine.md section 16.4).</summary>
internal static class EnergySource
{
    public static void Append(SourceText text, bool fifo)
    {
        text.Line("// Repeats each phase, marked by CNN_START and CNN_COMPLETE, so that a power meter can tell them apart");
        text.Open("static void measure_energy(void)");
        text.Line("  int i;").Line();
        text.Line("  printf(\"Energy: idle\\n\");");
        text.Line("  CNN_START;").Line("  MXC_Delay(MXC_DELAY_SEC(1));").Line("  CNN_COMPLETE;").Line();
        AppendPhase(text, "loading kernels", "    cnn_load_weights();");
        // A FIFO takes words only while the accelerator runs.
        if (!fifo) AppendPhase(text, "loading input", "    load_input();");
        string[] inference = fifo ? ["    cnn_start();", "    load_input();"] : ["    load_input();", "    cnn_start();"];
        AppendPhase(text, "loading input and inference", [.. inference, "    while (cnn_time == 0) {", "      MXC_LP_EnterSleepMode();", "    }"]);
        text.Close();
    }

    private static void AppendPhase(SourceText text, string what, params string[] body)
    {
        text.Line($"  printf(\"Energy: {what}, 100 times\\n\");");
        text.Line("  CNN_START;");
        text.Line("  for (i = 0; i < 100; i++) {");
        foreach (string line in body) text.Line(line);
        text.Line("  }");
        text.Line("  CNN_COMPLETE;");
        text.Line("  MXC_Delay(MXC_DELAY_SEC(1));").Line();
    }
}
