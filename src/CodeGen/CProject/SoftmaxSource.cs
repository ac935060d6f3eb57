// SPDX-License-Identifier: MIT
namespace Ai8x.CodeGen.CProject;

/// <summary><c>softmax.c</c>: the fixed-point soft-max of machine.md section 16.5.</summary>
internal static class SoftmaxSource
{
    public static string Make(ProjectFacts facts)
    {
        var text = new SourceText();
        HeaderComment.Append(text, facts, "soft-max in fixed point");
        return text.Lines(Body).Finish();
    }

    // With d = maximum - value every shift count below follows from d alone and nothing can overflow: d < 16 << 14 where it is used.
    private const string Body =
        """
        #include "cnn.h"

        // Values that lie 16 or more below the largest one count as zero
        #define SPAN ((uint32_t) 16 << 14)

        // How far a value lies below the largest one; exact for every pair, as the difference fits 32 bits without sign
        static uint32_t below(q31_t largest, q31_t value)
        {
          return (uint32_t) largest - (uint32_t) value;
        }

        void softmax_q17p14_q15(const q31_t *in, uint16_t n, q15_t *out)
        {
          q31_t largest = INT32_MIN;
          uint32_t sum = 0;
          uint32_t share, distance, result;
          int i;

          if (n == 0) {
            return;
          }

          for (i = 0; i < n; i++) {
            if (in[i] > largest) {
              largest = in[i];
            }
          }

          // Each value contributes a power of two, its exponent rounded to nearest: at most 65535 times 1 << 16
          for (i = 0; i < n; i++) {
            distance = below(largest, in[i]);
            if (distance < SPAN) {
              sum += (uint32_t) 1 << ((SPAN + 8192 - distance) >> 14);
            }
          }

          share = (uint32_t) (((uint64_t) 1 << 32) / sum);
          for (i = 0; i < n; i++) {
            distance = below(largest, in[i]);
            out[i] = 0;
            if (distance < SPAN) {
              result = share >> (1 + ((8191 + distance) >> 14));
              out[i] = (q15_t) (result > 32767 ? 32767 : result);
            }
          }
        }

        void softmax_shift_q17p14_q15(q31_t *in, uint16_t n, uint8_t in_shift, q15_t *out)
        {
          int i;

          for (i = 0; i < n; i++) {
            in[i] = (q31_t) ((uint32_t) in[i] << in_shift);
          }
          softmax_q17p14_q15(in, n, out);
        }
        """;
}
