// SPDX-License-Identifier: MIT
using static System.FormattableString;

namespace Ai8x.CodeGen.CProject;

/// <summary><c>cnn.c</c>: the functions that drive the accelerator (machine.md section 6, docs/c-project.md).</summary>
internal static class CnnSource
{
    /// <summary>Names that the interrupt routine can have: on the Arm core, on the RISC-V core.</summary>
    public static readonly string[] Interrupts = ["CNN_ISR", "CNN_IRQHandler"];

    public static string Make(AcceleratorProgram program, ProjectFacts facts)
    {
        var text = new SourceText();
        HeaderComment.AppendFull(text, facts);
        foreach (string header in (string[])["<stdint.h>", "\"mxc_device.h\"", "\"mxc_sys.h\"", "\"gcfr_regs.h\"", "\"gpio.h\"", "\"led.h\"", "\"nvic_table.h\"", "\"tmr.h\"", "\"cnn.h\"", "\"weights.h\""])
        {
            text.Line("#include " + header);
        }

        text.Line();
        AppendRun(text, program, facts);
        KernelSource.AppendKernels(text, program, facts);
        KernelSource.AppendBias(text, program);
        AppendInit(text, program);
        AppendConfigure(text, program);
        AppendStart(text, program, facts);
        if (Accesses(program, "cnn_unload").Any()) AppendProgrammedUnload(text, program);
        else UnloadSource.Append(text, facts.Unload);
        PowerSource.Append(text, program, facts);
        return text.Finish();
    }

    /// <summary>The accesses of a function of the program; a function that is not there has none.</summary>
    public static IEnumerable<ProgramAccess> Accesses(AcceleratorProgram program, string function) =>
        program.Functions.FirstOrDefault(f => f.Name == function)?.Accesses ?? [];

    private static void AppendRun(SourceText text, AcceleratorProgram program, ProjectFacts facts)
    {
        string interrupt = Interrupts[facts.Options.Riscv is null ? 0 : 1];
        text.Line("// The accelerator has finished: acknowledge, and keep the time that it took");
        text.Open($"void {interrupt}(void)");
        AccessStatement.AppendAll(text, interrupt, Interrupts.SelectMany(name => Accesses(program, name)));
        text.Line();
        if (facts.Options.Riscv is not null) text.Line("  NVIC_ClearPendingIRQ(CNN_IRQn);").Line("  NVIC_ClearPendingEvent(CNN_IRQn);");
        if (!facts.Options.Energy) text.Line("  CNN_COMPLETE;");
        text.Line(facts.Options.Timer is null ? "  cnn_time = 1;" : "  cnn_time = MXC_TMR_SW_Stop(CNN_INFERENCE_TIMER);");
        text.Close();

        text.Open("int cnn_continue(void)");
        text.Line("  cnn_time = 0;");
        text.Line();
        AccessStatement.AppendAll(text, "cnn_continue", Accesses(program, "cnn_continue"));
        text.CloseWithSuccess();

        text.Open("int cnn_stop(void)");
        AccessStatement.AppendAll(text, "cnn_stop", Accesses(program, "cnn_stop"));
        text.CloseWithSuccess();
    }

    private static void AppendInit(SourceText text, AcceleratorProgram program)
    {
        ProgramAccess[] accesses = [.. Accesses(program, "cnn_init")];
        if (accesses.Any(access => access.Operation == AccessOperation.FillZero))
        {
            text.Line("// The same word to consecutive addresses");
            text.Open("static void memset32(uint32_t *dst, uint32_t value, int n)");
            text.Line("  volatile uint32_t *bus = dst;");
            text.Line();
            text.Line("  while (n-- > 0) {");
            text.Line("    *bus++ = value;");
            text.Line("  }");
            text.Close();
        }

        text.Open("int cnn_init(void)");
        AccessStatement.AppendAll(text, "cnn_init", accesses);
        text.CloseWithSuccess();
    }

    private static void AppendConfigure(SourceText text, AcceleratorProgram program)
    {
        text.Open("int cnn_configure(void)");
        (int Layer, int Quadrant) current = (-1, -1);
        bool first = true;
        foreach (ProgramAccess access in Accesses(program, "cnn_configure"))
        {
            (int Layer, int Quadrant) place = access.Layer < 0 ? (-1, -1) : (access.Layer, RegisterComment.Quadrant(access.Address));
            if (place != current)
            {
                if (!first) text.Line();
                if (place.Layer >= 0) text.Line(Invariant($"  // Layer {place.Layer} quadrant {place.Quadrant}"));
                current = place;
            }

            AccessStatement.Append(text, "cnn_configure", access);
            first = false;
        }

        text.CloseWithSuccess();
    }

    private static void AppendStart(SourceText text, AcceleratorProgram program, ProjectFacts facts)
    {
        ProgramAccess[] accesses = [.. Accesses(program, "cnn_start")];
        text.Open("int cnn_start(void)");
        text.Line("  cnn_time = 0;");
        text.Line();
        AccessStatement.AppendAll(text, "cnn_start", accesses.SkipLast(1));
        text.Line();
        text.Line(facts.Options.Timer is null ? "  // The last store lets the accelerator run" : "  // The last store lets the accelerator run: the clock starts before it");
        if (facts.Options.Timer is not null) text.Line("  MXC_TMR_SW_Start(CNN_INFERENCE_TIMER);");
        if (!facts.Options.Energy) text.Line("  CNN_START;");
        AccessStatement.AppendAll(text, "cnn_start", accesses.TakeLast(1));
        text.CloseWithSuccess();
    }

    /// <summary>An unload that the accelerator helps with: registers choose lane and place, then one address delivers word after word (machine.md section 10.3).</summary>
    private static void AppendProgrammedUnload(SourceText text, AcceleratorProgram program)
    {
        ProgramAccess[] accesses = [.. Accesses(program, "cnn_unload")];
        text.Line("// The accelerator gathers four bytes of one lane for each word that is read");
        text.Open("int cnn_unload(uint32_t *out_buf)");
        AccessStatement.AppendDeclarations(text, accesses);
        AccessStatement.AppendAll(text, "cnn_unload", accesses);
        text.CloseWithSuccess();
    }
}
