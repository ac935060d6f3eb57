/* SPDX-License-Identifier: MIT
 *
 * Calls cnn_unload() on the memory of memory.bin and prints the buffer's bytes; bytes that were not stored are 0xa5.
 */
#include <stdio.h>
#include <string.h>
#include "cnn.h"

void standin_load(void);
volatile uint32_t cnn_time;

int main(void) {
  static uint32_t buffer[(CNN_NUM_OUTPUTS + 4)];
  const unsigned char *bytes = (const unsigned char *) buffer;
  unsigned int i;
  memset(buffer, 0xa5, sizeof buffer);
  standin_load();
  if (cnn_unload(buffer) != CNN_OK) return 1;
  for (i = 0; i < sizeof buffer; i++) printf("%02x", bytes[i]);
  return 0;
}
