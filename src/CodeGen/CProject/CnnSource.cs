// SPDX-License-Identifier: MIT
using static System.FormattableString;

namespace Ai8x.CodeGen.CProject;

/// <summary><c>cnn.c</c>: the functions that drive the accelerator (machine.md section 6, docs/c-project.md).</summary>
internal static class CnnSource
{
    public static string Make(AcceleratorProgram program, ProjectFacts facts)
    {
        var text = new SourceText();
        HeaderComment.AppendFull(text, facts);
        foreach (string header in (string[])["<stdint.h>", "\"mxc_device.h\"", "\"mxc_sys.h\"", "\"gcfr_regs.h\"", "\"gpio.h\"", "\"led.h\"", "\"nvic_table.h\"", "\"tmr.h\"", "\"cnn.h\"", "\"weights.h\""])
        {
            text.Line("#include " + header);
        }

        text.Line();
        AppendRun(text, program);
        AppendWeights(text, program);
        AppendBias(text, program);
        text.Open("int cnn_init(void)");
        AppendAccesses(text, program, "cnn_init");
        text.CloseWithSuccess();
        AppendConfigure(text, program);
        AppendStart(text, program);
        UnloadSource.Append(text, facts.Unload);
        AppendPower(text, program);
        return text.Finish();
    }

    /// <summary>The accesses of a function of the program; a function that is not there has none.</summary>
    public static IEnumerable<ProgramAccess> Accesses(AcceleratorProgram program, string function) =>
        program.Functions.FirstOrDefault(f => f.Name == function)?.Accesses ?? [];

    private static void AppendAccesses(SourceText text, AcceleratorProgram program, string function)
    {
        foreach (ProgramAccess access in Accesses(program, function)) AccessStatement.Append(text, function, access);
    }

    private static void AppendRun(SourceText text, AcceleratorProgram program)
    {
        text.Line("// The accelerator has finished: acknowledge, and keep the time that it took");
        text.Open("void CNN_ISR(void)");
        AppendAccesses(text, program, "CNN_ISR");
        text.Line();
        text.Line("  CNN_COMPLETE;");
        text.Line("  cnn_time = MXC_TMR_SW_Stop(CNN_INFERENCE_TIMER);");
        text.Close();

        text.Open("int cnn_continue(void)");
        text.Line("  cnn_time = 0;");
        text.Line();
        AppendAccesses(text, program, "cnn_continue");
        text.CloseWithSuccess();

        text.Open("int cnn_stop(void)");
        AppendAccesses(text, program, "cnn_stop");
        text.CloseWithSuccess();
    }

    private static void AppendWeights(SourceText text, AcceleratorProgram program)
    {
        text.Line("// One word store for each word, in ascending order: volatile, so that the compiler neither joins nor splits them");
        text.Open("void memcpy32(uint32_t *dst, const uint32_t *src, int n)");
        text.Line("  volatile uint32_t *bus = dst;");
        text.Line();
        text.Line("  while (n-- > 0) {");
        text.Line("    *bus++ = *src++;");
        text.Line("  }");
        text.Close();

        bool stream = Accesses(program, "cnn_load_weights").Any();
        if (stream) text.Line("static const uint32_t kernels[] = KERNELS;").Line();
        text.Open("int cnn_load_weights(void)");
        if (!stream)
        {
            text.Line("  // No layer of this network has kernels").CloseWithSuccess();
            return;
        }

        text.Line("  const uint32_t *ptr = kernels;");
        text.Line("  uintptr_t addr;");
        text.Line("  uint32_t len;");
        text.Line();
        text.Line("  while ((addr = *ptr++) != 0) {");
        text.Line("    *((volatile uint8_t *) (addr | 1)) = 0x01; // Set address");
        text.Line("    len = *ptr++;");
        text.Line("    memcpy32((uint32_t *) addr, ptr, len);");
        text.Line("    ptr += len;");
        text.Line("  }");
        text.CloseWithSuccess();
    }

    private static void AppendBias(SourceText text, AcceleratorProgram program)
    {
        bool bias = Accesses(program, "cnn_load_bias").Any();
        if (bias)
        {
            foreach (BiasBlock block in program.Biases) text.Line(Invariant($"static const uint8_t bias_{block.Quadrant}[] = BIAS_{block.Quadrant};"));
            text.Line();
            text.Line("// Each byte to the low byte of a word");
            text.Open("static void memcpy_8to32(uint32_t *dst, const uint8_t *src, int n)");
            text.Line("  volatile uint32_t *bus = dst;");
            text.Line();
            text.Line("  while (n-- > 0) {");
            text.Line("    *bus++ = *src++;");
            text.Line("  }");
            text.Close();
        }

        text.Open("int cnn_load_bias(void)");
        if (bias) AppendAccesses(text, program, "cnn_load_bias");
        else text.Line("  // No layer of this network has a bias");
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

    private static void AppendStart(SourceText text, AcceleratorProgram program)
    {
        ProgramAccess[] accesses = [.. Accesses(program, "cnn_start")];
        text.Open("int cnn_start(void)");
        text.Line("  cnn_time = 0;");
        text.Line();
        foreach (ProgramAccess access in accesses.SkipLast(1)) AccessStatement.Append(text, "cnn_start", access);
        text.Line();
        text.Line("  // The last store lets the accelerator run: the clock starts before it");
        text.Line("  MXC_TMR_SW_Start(CNN_INFERENCE_TIMER);");
        text.Line("  CNN_START;");
        foreach (ProgramAccess access in accesses.TakeLast(1)) AccessStatement.Append(text, "cnn_start", access);
        text.CloseWithSuccess();
    }

    private static void AppendPower(SourceText text, AcceleratorProgram program)
    {
        text.Open("int cnn_enable(uint32_t clock_source, uint32_t clock_divider)");
        AppendAccesses(text, program, "cnn_enable");
        text.Line("  MXC_SYS_ClockEnable(MXC_SYS_PERIPH_CLOCK_CNN);");
        text.Line("  MXC_NVIC_SetVector(CNN_IRQn, CNN_ISR);");
        text.CloseWithSuccess();
        AppendBoost(text, "cnn_boost_enable", "MXC_GPIO_OutSet", "Switches on the external supply of boards that have one for the accelerator");
        AppendBoost(text, "cnn_boost_disable", "MXC_GPIO_OutClr", "Switches it off again");
        text.Open("int cnn_disable(void)");
        text.Line("  MXC_SYS_ClockDisable(MXC_SYS_PERIPH_CLOCK_CNN);");
        AppendAccesses(text, program, "cnn_disable");
        text.CloseWithSuccess();
    }

    private static void AppendBoost(SourceText text, string name, string set, string comment)
    {
        text.Line("// " + comment);
        text.Open($"int {name}(mxc_gpio_regs_t *port, uint32_t pin)");
        text.Line("  mxc_gpio_cfg_t config;");
        text.Line();
        text.Line("  config.port = port;");
        text.Line("  config.mask = pin;");
        text.Line("  config.func = MXC_GPIO_FUNC_OUT;");
        text.Line("  config.pad = MXC_GPIO_PAD_NONE;");
        text.Line("  config.vssel = MXC_GPIO_VSSEL_VDDIO;");
        text.Line("  config.drvstr = MXC_GPIO_DRVSTR_0;");
        text.Line("  MXC_GPIO_Config(&config);");
        text.Line($"  {set}(port, pin);");
        text.CloseWithSuccess();
    }
}
