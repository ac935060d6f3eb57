// SPDX-License-Identifier: MIT
using static System.FormattableString;

namespace Ai8x.CodeGen.CProject;

/// <summary><c>cnn.h</c>: the interface of <c>cnn.c</c> and <c>softmax.c</c> (machine.md section 16.4).</summary>
internal static class CnnHeader
{
    public static string Make(ProjectFacts facts)
    {
        var text = new SourceText();
        HeaderComment.Append(text, facts, "interface of the accelerator functions");
        text.Line("#ifndef CNN_H");
        text.Line("#define CNN_H");
        text.Line();
        text.Line("#include <stdint.h>");
        text.Line("#include \"gpio.h\"");
        text.Line();
        text.Line("// Fixed-point numbers of the soft-max");
        text.Line("typedef int32_t q31_t;");
        text.Line("typedef int16_t q15_t;");
        text.Line();
        text.Line("// Results of the functions below");
        text.Line("#define CNN_FAIL 0");
        text.Line("#define CNN_OK 1");
        text.Line();
        text.Line("// Values that cnn_unload() delivers");
        text.Line(Invariant($"#define CNN_NUM_OUTPUTS {facts.Unload.OutputCount}"));
        text.Line();
        if (facts.Options.Timer is int timer)
        {
            text.Line("// The timer that measures the inference");
            text.Line(Invariant($"#define CNN_INFERENCE_TIMER MXC_TMR{timer}"));
            text.Line();
        }

        text.Lines(Actions).Line();
        AppendTime(text, facts);
        AppendInterrupt(text, facts);
        text.Lines(Declarations);
        return text.Finish();
    }

    private static void AppendTime(SourceText text, ProjectFacts facts)
    {
        text.Line(facts.Options.Timer is null ? "// 0 while the accelerator runs, then 1" : "// 0 while the accelerator runs, then the microseconds that it took");
        text.Line("extern volatile uint32_t cnn_time;").Line();
    }

    private static void AppendInterrupt(SourceText text, ProjectFacts facts)
    {
        if (facts.Options.Riscv is null)
        {
            text.Line("// Interrupt of the accelerator; cnn_enable() installs it");
            text.Line("void CNN_ISR(void);").Line();
            return;
        }

        text.Lines(RiscvInterrupt).Line();
    }

    // Other compilers than that of the RISC-V core see a plain function and plain data, so that the project can be tried elsewhere.
    private const string RiscvInterrupt =
        """
        // Interrupt of the accelerator; the vector table of the RISC-V core names it. Constants in its flash memory
        #ifdef __riscv
        void CNN_IRQHandler(void) __attribute__((interrupt("machine")));
        #define CNN_FLASH __attribute__((section(".rvflash_section")))
        #else
        void CNN_IRQHandler(void);
        #define CNN_FLASH
        #endif
        """;

    private const string Actions =
        """
        // What to do when the accelerator and the whole program begin and end; by default lights
        #define CNN_START LED_On(1)
        #define CNN_COMPLETE LED_Off(1)
        #define SYS_START LED_On(0)
        #define SYS_COMPLETE LED_Off(0)
        """;

    private const string Declarations =
        """
        // Power, clock and interrupt on; the arguments are values for the clock divider register
        int cnn_enable(uint32_t clock_source, uint32_t clock_divider);

        // Power and clock off; memories and registers lose their content
        int cnn_disable(void);

        // State machine to its initial state
        int cnn_init(void);

        // Kernel and bias memories
        int cnn_load_weights(void);
        int cnn_load_bias(void);

        // Layer registers
        int cnn_configure(void);

        // One inference, for input that is in place; the interrupt sets cnn_time at its end
        int cnn_start(void);

        // Halt, and go on
        int cnn_stop(void);
        int cnn_continue(void);

        // Result to a buffer of CNN_NUM_OUTPUTS words, or for 8-bit outputs bytes, rounded up to words
        int cnn_unload(uint32_t *out_buf);

        // External supply of the accelerator, where the board has one on a pin
        int cnn_boost_enable(mxc_gpio_regs_t *port, uint32_t pin);
        int cnn_boost_disable(mxc_gpio_regs_t *port, uint32_t pin);

        // Copies n words with word stores
        void memcpy32(uint32_t *dst, const uint32_t *src, int n);

        // Soft-max to base 2 of n values with 14 fraction bits; the result has 15
        void softmax_q17p14_q15(const q31_t *in, uint16_t n, q15_t *out);

        // The same for values that first move left by in_shift bits, in place
        void softmax_shift_q17p14_q15(q31_t *in, uint16_t n, uint8_t in_shift, q15_t *out);

        #endif
        """;
}
