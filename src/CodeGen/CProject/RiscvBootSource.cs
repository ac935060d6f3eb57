// SPDX-License-Identifier: MIT
namespace Ai8x.CodeGen.CProject;

/// <summary><c>main.c</c> of a project for the RISC-V core: the Arm core only starts the other one and sleeps until it reports (machine.md section 16.1).</summary>
internal static class RiscvBootSource
{
    public static string Make(ProjectFacts facts, RiscvOptions riscv)
    {
        var text = new SourceText();
        HeaderComment.Append(text, facts, "starts the RISC-V core, which runs the network");
        foreach (string header in (string[])["<stdint.h>", "\"mxc_device.h\"", "\"mxc_sys.h\"", "\"fcr_regs.h\"", "\"icc.h\"", "\"led.h\"", "\"lp.h\"", "\"mxc_delay.h\"", "\"nvic_table.h\"", "\"sema_regs.h\""])
        {
            text.Line("#include " + header);
        }

        if (riscv.Debug) text.Line("#include \"gpio.h\"");
        text.Line().Lines(Body).Line();
        if (riscv.Debug) text.Lines(DebugPins).Line();
        text.Open("int main(void)");
        if (riscv.Debug) text.Line("  connect_debug_port();");
        text.Line("  MXC_ICC_Enable(MXC_ICC0);");
        text.Line("  MXC_SYS_Clock_Select(MXC_SYS_CLOCK_IPO);");
        text.Line("  SystemCoreClockUpdate();").Line();
        text.Line("  // Time for a debugger to take hold before the first sleep");
        text.Line("  MXC_Delay(MXC_DELAY_SEC(2));").Line();
        text.Line("  MXC_SYS_ClockEnable(MXC_SYS_PERIPH_CLOCK_SMPHR);");
        text.Line("  MXC_NVIC_SetVector(RISCV_IRQn, wake_up);");
        text.Line("  NVIC_EnableIRQ(RISCV_IRQn);");
        text.Line("  MXC_FCR->urvbootaddr = (uint32_t) (uintptr_t) &_riscv_boot;");
        if (riscv.Exclusive) text.Line("  MXC_FCR->urvctrl |= 0x00000001; // The RISC-V core has its memory to itself");
        text.Line("  MXC_SYS_ClockEnable(MXC_SYS_PERIPH_CLOCK_CPU1);").Line();
        text.Line("  while (riscv_done == 0) {").Line("    MXC_LP_EnterSleepMode();").Line("  }").Line();
        text.Line("  return 0;").Close();
        return text.Finish();
    }

    private const string Body =
        """
        // Where the linker puts the program of the RISC-V core
        extern uint32_t _riscv_boot;

        static volatile uint32_t riscv_done;

        // The RISC-V core reports through the semaphores that it has finished
        static void wake_up(void)
        {
          MXC_SEMA->irq0 = MXC_F_SEMA_IRQ0_EN & ~MXC_F_SEMA_IRQ0_CM4_IRQ;
          riscv_done = 1;
        }
        """;

    private const string DebugPins =
        """
        // Pins 0 to 3 of port 1 are the debug port of the RISC-V core
        static void connect_debug_port(void)
        {
          mxc_gpio_cfg_t config;

          config.port = MXC_GPIO1;
          config.mask = MXC_GPIO_PIN_0 | MXC_GPIO_PIN_1 | MXC_GPIO_PIN_2 | MXC_GPIO_PIN_3;
          config.func = MXC_GPIO_FUNC_ALT1;
          config.pad = MXC_GPIO_PAD_NONE;
          config.vssel = MXC_GPIO_VSSEL_VDDIO;
          config.drvstr = MXC_GPIO_DRVSTR_0;
          MXC_GPIO_Config(&config);
        }
        """;
}
