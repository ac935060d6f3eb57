/* SPDX-License-Identifier: MIT
 *
 * Runs a generated project natively: the accelerator's address range is ordinary memory at its place. When the program sleeps, the
 * non-zero words are written to stores.bin, the words of memory.bin are put in place, and the interrupt routine runs.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#define BUS_BASE 0x50000000UL
#define BUS_SIZE 0x01100000UL

void CNN_ISR(void);
void ai8x_sleep(void);
void standin_load(void);

__attribute__((constructor)) static void map_bus(void) {
  if (mmap((void *) BUS_BASE, BUS_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != (void *) BUS_BASE) {
    fprintf(stderr, "the address range of the accelerator is taken\n");
    exit(3);
  }
}

/* Puts the words of memory.bin, pairs of address and value, into the device. */
void standin_load(void) {
  uint32_t word[2];
  FILE *file = fopen("memory.bin", "rb");
  if (file == NULL) exit(3);
  while (fread(word, sizeof word, 1, file) == 1) *(volatile uint32_t *) (uintptr_t) word[0] = word[1];
  fclose(file);
}

void ai8x_sleep(void) {
  const uint32_t *words = (const uint32_t *) BUS_BASE;
  uint32_t word[2];
  uint32_t i;
  FILE *file = fopen("stores.bin", "wb");
  if (file == NULL) exit(3);
  for (i = 0; i < BUS_SIZE / 4; i++) {
    word[0] = (uint32_t) (BUS_BASE + 4 * i);
    word[1] = words[i];
    if (word[1] != 0) fwrite(word, sizeof word, 1, file);
  }
  fclose(file);
  standin_load();
  CNN_ISR();
}
