// SPDX-License-Identifier: MIT
namespace Ai8x.CodeGen.CProject;

/// <summary>The functions of <c>cnn.c</c> for power, clock and interrupt (machine.md section 6.7).</summary>
internal static class PowerSource
{
    public static void Append(SourceText text, AcceleratorProgram program, ProjectFacts facts)
    {
        text.Open("int cnn_enable(uint32_t clock_source, uint32_t clock_divider)");
        AccessStatement.AppendAll(text, "cnn_enable", CnnSource.Accesses(program, "cnn_enable"));
        text.Line("  MXC_SYS_ClockEnable(MXC_SYS_PERIPH_CLOCK_CNN);");
        if (facts.Options.Riscv is null) text.Line("  MXC_NVIC_SetVector(CNN_IRQn, CNN_ISR);");
        else text.Line("  NVIC_EnableIRQ(CNN_IRQn);").Line("  NVIC_EnableEvent(CNN_IRQn);");
        text.CloseWithSuccess();
        AppendBoost(text, "cnn_boost_enable", "MXC_GPIO_OutSet", "Switches on the external supply of boards that have one for the accelerator");
        AppendBoost(text, "cnn_boost_disable", "MXC_GPIO_OutClr", "Switches it off again");
        text.Open("int cnn_disable(void)");
        text.Line("  MXC_SYS_ClockDisable(MXC_SYS_PERIPH_CLOCK_CNN);");
        AccessStatement.AppendAll(text, "cnn_disable", CnnSource.Accesses(program, "cnn_disable"));
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
