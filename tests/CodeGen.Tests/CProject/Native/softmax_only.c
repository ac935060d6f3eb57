/* SPDX-License-Identifier: MIT
 *
 * Reads lines of a shift and values, prints the soft-max of each.
 */
#include <stdio.h>
#include <stdlib.h>
#include "cnn.h"

int main(void) {
  static q31_t values[4096];
  static q15_t result[4096];
  int count, shift, i;
  while (scanf("%d %d", &count, &shift) == 2) {
    for (i = 0; i < count; i++) {
      long value;
      if (scanf("%ld", &value) != 1) return 1;
      values[i] = (q31_t) value;
    }
    if (shift == 0) softmax_q17p14_q15(values, (uint16_t) count, result);
    else softmax_shift_q17p14_q15(values, (uint16_t) count, (uint8_t) shift, result);
    for (i = 0; i < count; i++) printf("%d%c", result[i], i + 1 < count ? ' ' : '\n');
  }
  return 0;
}
