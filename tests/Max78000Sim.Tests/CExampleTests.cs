// SPDX-License-Identifier: MIT
using Ai8x.Max78000Sim.Projects;
using Ai8x.Max78000Sim.Projects.C;

namespace Ai8x.Max78000Sim.Tests;

/// <summary>What example programs around a network contain besides it: the accesses must stay those of the program.</summary>
public sealed class CExampleTests
{
    private const string Main = "int main(void)\n{\n";

    private readonly TinyProgram _program = new(new TinyNetwork(21), TinyNetwork.Image(22));

    [Theory]
    [InlineData("#define PR_DEBUG(fmt, args...) if((1)) printf(fmt, ##args )", "PR_DEBUG(\"a\"); PR_DEBUG(\"%d %d\", 1, 2);")]
    [InlineData("#define PR_INFO(fmt, ...) do { printf(fmt, ##__VA_ARGS__); } while (0)", "PR_INFO(\"a\"); PR_INFO(\"%s\", \"b\");")]
    [InlineData("static void (*handler)(void) = NULL; typedef int (*step_t)(void); static void nop(void) { }", "if (handler) handler(); handler = nop; handler(); (*handler)(); step_t s = cnn_init; (void) s;")]
    [InlineData("const mxc_gpio_cfg_t pins[] = { { MXC_GPIO2, MXC_GPIO_PIN_0, MXC_GPIO_FUNC_OUT }, };", "mxc_gpio_cfg_t pin = { MXC_GPIO2, 0 }; MXC_GPIO_Config(&pin); pin = (mxc_gpio_cfg_t) { MXC_GPIO0, 1 };")]
    [InlineData("_Static_assert(sizeof(uint32_t) == 4, \"words\");", "static_assert(1);")]
    [InlineData("static char line[16];", "if (sprintf(line, \"%d\", 12) != 2 || line[1] != '2' || snprintf(line, 3, \"%s\", \"long\") != 4 || line[2] != 0) fail();")]
    [InlineData("mxc_tmr_cfg_t tmr;", "tmr.pres = TMR_PRES_128; tmr.mode = TMR_MODE_CONTINUOUS; MXC_TMR_Init(MXC_TMR1, &tmr, true); mxc_delay(5); utils_delay_ms(1);")]
    [InlineData("typedef enum _mode { IDLE, RUN } mode_t_; static const char names[2][5] = { \"idle\", \"run\" };", "mode_t_ mode = RUN; switch (mode) { case IDLE: fail(); break; default: printf(names[mode]); }")]
    public void TextAroundTheNetwork_ChangesNothing(string declarations, string statements)
    {
        var text = new CProjectText(_program);
        text.Files["main.c"] = text.Files["main.c"].Replace(Main, declarations + "\n" + Main + statements + "\n", StringComparison.Ordinal);
        Same(text);
    }

    [Fact]
    public void StepsInATableOfFunctions_AreCalled()
    {
        var text = new CProjectText(_program);
        text.Files["main.c"] = text.Files["main.c"].Replace(Main, "int cnn_init(void);\nint cnn_load_weights(void);\nstatic int (*const steps[])(void) = { cnn_init, cnn_load_weights };\n" + Main, StringComparison.Ordinal)
            .Replace("cnn_init(); //", "for (int k = 0; k < 2; k++) if (steps[k]() != CNN_OK) fail(); //", StringComparison.Ordinal)
            .Replace("cnn_load_weights(); //", "; //", StringComparison.Ordinal);
        Same(text);
    }

    [Fact]
    public void ProgramThatRunsForEver_IsReadUpToWhereItRepeatsItself()
    {
        var text = new CProjectText(_program);
        text.Files["main.c"] = text.Files["main.c"]
            .Replace("  cnn_disable(); //", "  while (1) { load_input(); cnn_start(); while (cnn_time == 0) __WFI(); softmax_layer(); }\n  cnn_disable(); //", StringComparison.Ordinal);
        Same(text);
    }

    [Theory]
    [InlineData("int (*nothing)(void) = 0;", "nothing();", "points to no function")]
    [InlineData("_Static_assert(sizeof(int) == 2, \"x\");", "", "does not hold")]
    [InlineData("mxc_gpio_cfg_t pin = { MXC_GPIO0, { 1 };", "", "")]
    public void WhatCannotBe_IsAnErrorWithFileAndLine(string declarations, string statements, string message)
    {
        var text = new CProjectText(_program);
        text.Files["main.c"] = text.Files["main.c"].Replace(Main, declarations + "\n" + Main + statements + "\n", StringComparison.Ordinal);
        ProjectFormatException error = Assert.Throws<ProjectFormatException>(() => CProjectTests.Load(text));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("main.c:", error.Message, StringComparison.Ordinal);
    }

    private void Same(CProjectText text)
    {
        LoadedProject actual = CProjectTests.Load(text);
        foreach (ProgramFunction function in _program.Project().Functions)
            Assert.Equal(function.Operations, actual.Functions.Single(f => f.Name == function.Name).Operations.Select(o => o with { Line = 0 }));
        Assert.True(Simulation.Run(actual, cancellation: TestContext.Current.CancellationToken).Passed);
    }
}
