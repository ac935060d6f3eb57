// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace Ai8x.Max78000Sim.Tests;

/// <summary>Writes a program as a C project, by the grammar of docs/c-project.md.</summary>
internal sealed class CProjectText
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public CProjectText(TinyProgram program)
    {
        Files["weights.h"] = Macro("BIAS_0", 16, program.Bias.Select(b => $"0x{b:x2}")) + "\n" + Macro("KERNELS", 8, program.KernelRecords.Select(Hex));
        Files["sampledata.h"] = Macro("SAMPLE_INPUT_0", 8, program.Input.Select(Hex));
        Files["sampleoutput.h"] = Macro("SAMPLE_OUTPUT", 8, program.Answer.Select(Hex));
        Files["cnn.h"] = Header;
        Files["cnn.c"] = Network(program);
        Files["main.c"] = MainFile(program);
    }

    public Dictionary<string, string> Files { get; } = [];

    /// <summary>The body of cnn_unload that copies three sums.</summary>
    public static string WordUnload => """
        int cnn_unload(uint32_t *out_buf)
        {
          volatile uint32_t *addr;

          // Custom unload for this network, layer 1: 32-bit data
          addr = (volatile uint32_t *) 0x50401000;
          *out_buf++ = *addr++;
          *out_buf++ = *addr++;
          *out_buf++ = *addr++;

          return CNN_OK;
        }

        """;

    private const string Header = """
        #ifndef __CNN_H__
        #define __CNN_H__
        #include <stdint.h>
        typedef int32_t q31_t;
        typedef int16_t q15_t;

        /* Return codes */
        #define CNN_FAIL 0
        #define CNN_OK 1
        #define CNN_NUM_OUTPUTS 3
        #define CNN_INFERENCE_TIMER MXC_TMR0
        #define CNN_START LED_On(1)
        #define CNN_COMPLETE LED_Off(1)
        #define SYS_START LED_On(0)
        #define SYS_COMPLETE LED_Off(0)

        extern volatile uint32_t cnn_time;
        int cnn_init(void);
        int cnn_enable(uint32_t clock_source, uint32_t clock_divider);
        int cnn_boost_enable(mxc_gpio_regs_t *port, uint32_t pin);
        int cnn_unload(uint32_t *out_buf);
        void memcpy32(uint32_t *dst, const uint32_t *src, int n);
        void softmax_q17p14_q15(const q31_t * vec_in, const uint16_t dim_vec, q15_t * p_out);
        #endif // __CNN_H__
        """;

    private static string Hex(uint value) => string.Create(Invariant, $"0x{value:x8}");

    private static string Macro(string name, int perLine, IEnumerable<string> values) =>
        $"#define {name} {{ \\\n  {string.Join(", \\\n  ", values.Chunk(perLine).Select(c => string.Join(", ", c)))} \\\n}}\n";

    private static string Writes(IEnumerable<(uint Address, uint Value)> writes) =>
        string.Concat(writes.Select(w => string.Create(Invariant, $"  *((volatile uint32_t *) 0x{w.Address:x8}) = 0x{w.Value:x8}; // some label\n")));

    private static string Network(TinyProgram program)
    {
        var text = new StringBuilder();
        text.Append("""
            // Configuring 2 layers
            // Input data: HWC
            // Layer 0: pooled conv - 4x6x6, max pool 2x2 with stride 2/2, conv2d with kernel size 3x3, stride 1/1, pad 1/1, ReLU, 6x3x3 output
            /* header
             * Layer 1: dense - 54 to 3 - wide
             * Layer 0: again - not this */

            #include <stdlib.h>
            #include "mxc.h"
            #include "gcfr_regs.h"
            #include "cnn.h"
            #include "weights.h"

            void CNN_ISR(void)
            {
              // Acknowledge interrupt to all quadrants
              *((volatile uint32_t *) 0x50100000) &= ~((1<<12) | 1);

              CNN_COMPLETE; // Signal that processing is complete
            #ifdef CNN_INFERENCE_TIMER
              cnn_time = MXC_TMR_SW_Stop(CNN_INFERENCE_TIMER);
            #else
              cnn_time = 1;
            #endif
            }

            int cnn_continue(void)
            {
              cnn_time = 0;
              *((volatile uint32_t *) 0x50100000) |= 1; // Re-enable quadrant 0
              return CNN_OK;
            }

            int cnn_stop(void)
            {
              *((volatile uint32_t *) 0x50100000) &= ~1;
              return CNN_OK;
            }

            void memcpy32(uint32_t *dst, const uint32_t *src, int n)
            {
              while (n-- > 0) {
                *dst++ = *src++;
              }
            }

            static const uint32_t kernels[] = KERNELS;

            int cnn_load_weights(void)
            {
              uint32_t len;
              volatile uint32_t *addr;
              const uint32_t *ptr = kernels;

              while ((addr = (volatile uint32_t *) *ptr++) != 0) {
                *((volatile uint8_t *) ((uint32_t) addr | 1)) = 0x01; // Set address
                len = *ptr++;
                while (len-- > 0)
                  *addr++ = *ptr++;
              }

              return CNN_OK;
            }

            static const uint8_t bias_0[] = BIAS_0;

            static void memcpy_8to32(uint32_t *dst, const uint8_t *src, int n)
            {
              while (n-- > 0) {
                *dst++ = *src++;
              }
            }


            """);
        text.Append(Invariant, $"int cnn_load_bias(void)\n{{\n  memcpy_8to32((uint32_t *) 0x50108000, bias_0, sizeof(uint8_t) * {program.Bias.Count});\n  return CNN_OK;\n}}\n\n");
        text.Append("int cnn_init(void)\n{\n").Append(Writes(program.Init)).Append("\n  return CNN_OK;\n}\n\n");
        text.Append("int cnn_configure(void)\n{\n  // Layer 0 quadrant 0\n").Append(Writes(program.Configure)).Append("\n  return CNN_OK;\n}\n\n");
        text.Append("int cnn_start(void)\n{\n  cnn_time = 0;\n\n").Append(Writes(program.Start[..1]));
        text.Append("#ifdef CNN_INFERENCE_TIMER\n  MXC_TMR_SW_Start(CNN_INFERENCE_TIMER);\n#endif\n  CNN_START;\n").Append(Writes(program.Start[1..]));
        text.Append("\n  return CNN_OK;\n}\n\n").Append(WordUnload);
        text.Append("""
            int cnn_enable(uint32_t clock_source, uint32_t clock_divider)
            {
              MXC_GCFR->reg3 = 0xf; // Reset
              MXC_GCFR->reg1 = 0x1; // Mask memory
              MXC_GCFR->reg2 = 0xe; // Iso
              MXC_GCFR->reg3 = 0x0; // Reset
              MXC_GCR->pclkdiv = (MXC_GCR->pclkdiv & ~(MXC_F_GCR_PCLKDIV_CNNCLKDIV | MXC_F_GCR_PCLKDIV_CNNCLKSEL))
                                 | clock_divider | clock_source;
              MXC_SYS_ClockEnable(MXC_SYS_PERIPH_CLOCK_CNN); // Enable CNN clock
              NVIC_SetVector(CNN_IRQn, CNN_ISR); // Set CNN complete vector
              return CNN_OK;
            }

            int cnn_boost_enable(mxc_gpio_regs_t *port, uint32_t pin)
            {
              mxc_gpio_cfg_t gpio_out;
              gpio_out.port = port;
              gpio_out.mask = pin;
              gpio_out.pad = MXC_GPIO_PAD_NONE;
              MXC_GPIO_Config(&gpio_out);
              MXC_GPIO_OutSet(gpio_out.port, gpio_out.mask);
              return CNN_OK;
            }

            int cnn_disable(void)
            {
              MXC_SYS_ClockDisable(MXC_SYS_PERIPH_CLOCK_CNN);
              MXC_GCFR->reg2 |= 0xf; // Iso
              return CNN_OK;
            }

            """);
        return text.ToString();
    }

    private static string MainFile(TinyProgram program) => """
        #include <stdlib.h>
        #include <stdio.h>
        #include "mxc.h"
        #include "cnn.h"
        #include "sampledata.h"
        #include "sampleoutput.h"

        volatile uint32_t cnn_time; // Stopwatch

        void fail(void)
        {
          printf("\n*** FAIL ***\n\n");
          while (1);
        }

        // 4-channel 6x6 data input
        static const uint32_t input_0[] = SAMPLE_INPUT_0;

        void load_input(void)
        {
          memcpy32((uint32_t *) 0x50400000, input_0, COUNT);
        }

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
              if ((*addr++ & mask) != *ptr++) {
                printf("Data mismatch (%d/%d) at address 0x%08x: Expected 0x%08x, read 0x%08x.\n",
                       i + 1, len, addr - 1, *(ptr - 1), *(addr - 1) & mask);
                return CNN_FAIL;
              }
          }

          return CNN_OK;
        }

        static int32_t ml_data[CNN_NUM_OUTPUTS];
        static q15_t ml_softmax[CNN_NUM_OUTPUTS];

        void softmax_layer(void)
        {
          cnn_unload((uint32_t *) ml_data);
          printf("%d\n", ml_softmax[0]);
        }

        int main(void)
        {
          int i;
          int digs, tens;

          MXC_ICC_Enable(MXC_ICC0); // Enable cache
          MXC_SYS_Clock_Select(MXC_SYS_CLOCK_IPO);
          SystemCoreClockUpdate();
          MXC_Delay(SEC(2)); // Let debugger interrupt if needed
          cnn_enable(MXC_S_GCR_PCLKDIV_CNNCLKSEL_PCLK, MXC_S_GCR_PCLKDIV_CNNCLKDIV_DIV1);
          cnn_init(); // Bring state machine into consistent state
          cnn_load_weights(); // Load kernels
          cnn_load_bias();
          cnn_configure(); // Configure state machine
          load_input(); // Load data input
          cnn_start(); // Start CNN processing

          while (cnn_time == 0)
            MXC_LP_EnterSleepMode(); // Wait for CNN

          if (check_output() != CNN_OK) fail();
          softmax_layer();
          cnn_disable(); // Shut down CNN clock, disable peripheral

          for (i = 0; i < CNN_NUM_OUTPUTS; i++) {
            digs = (1000 * ml_softmax[i] + 0x4000) >> 15;
            tens = digs % 10;
            digs = digs / 10;
            printf("[%7d] -> Class %d: %d.%d%%\n", ml_data[i], i, digs, tens);
          }

          return 0;
        }
        """.Replace("COUNT", program.Input.Count.ToString(Invariant), StringComparison.Ordinal);
}
