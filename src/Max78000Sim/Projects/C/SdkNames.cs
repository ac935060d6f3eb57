// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>
/// What a project may use from outside <c>cnn.c</c> and <c>main.c</c>: calls, constants and system registers that carry no data of the network, and the soft-max,
/// which works on results that were already fetched.
/// </summary>
internal static class SdkNames
{
    private static readonly HashSet<string> Calls = new(StringComparer.Ordinal)
    {
        "printf", "putchar", "puts", "fflush",
        "SEC", "MSEC", "USEC", "MXC_DELAY_SEC", "MXC_DELAY_MSEC", "MXC_Delay", "MXC_TMR_Delay", "MXC_TMR_SW_Start", "MXC_TMR_SW_Stop",
        "MXC_SYS_ClockEnable", "MXC_SYS_ClockDisable", "MXC_SYS_Clock_Select", "MXC_SYS_ClockSourceEnable", "SystemCoreClockUpdate",
        "MXC_ICC_Enable", "MXC_ICC_Disable", "NVIC_SetVector", "MXC_NVIC_SetVector", "NVIC_EnableIRQ", "NVIC_DisableIRQ", "NVIC_ClearPendingIRQ", "__enable_irq", "__disable_irq",
        "__WFI", "__NOP", "MXC_LP_EnterSleepMode", "LED_On", "LED_Off", "LED_Init", "PB_Get", "PB_Init",
        "softmax_q17p14_q15", "softmax_shift_q17p14_q15",
        "MXC_GPIO_Config", "MXC_GPIO_OutSet", "MXC_GPIO_OutClr",
    };

    private static readonly string[] ConstantPrefixes = ["MXC_S_", "MXC_F_", "MXC_SYS_", "MXC_GPIO", "MXC_TMR", "MXC_ICC", "MXC_UART"];

    private static readonly HashSet<string> Constants = new(StringComparer.Ordinal) { "CNN_IRQn", "stdout", "stdin", "stderr", "SystemCoreClock", "IPO_FREQ" };

    /// <summary>A function of the SDK or the C library.</summary>
    public static bool IsCall(string name) => Calls.Contains(name);

    /// <summary>A constant of the SDK.</summary>
    public static bool IsConstant(string name) =>
        Constants.Contains(name) || Array.Exists(ConstantPrefixes, p => name.StartsWith(p, StringComparison.Ordinal));

    /// <summary>A register for power or clock of the accelerator.</summary>
    public static bool IsSystemRegister(string owner, string member) => owner switch
    {
        "MXC_GCFR" => member is "reg0" or "reg1" or "reg2" or "reg3",
        "MXC_GCR" => member is "pclkdiv",
        _ => false,
    };
}
