/* SPDX-License-Identifier: MIT
 *
 * Runs a generated project natively. The accelerator's address range is mapped at its fixed address, read-only; every store faults once,
 * is written down with its address and value in program order, and then executed by single-stepping over it. When the program goes to
 * sleep to wait for the accelerator, the recording is handed to the test, which plays it into the simulator and hands back the data
 * memory; then the program's own interrupt routine runs and its own known-answer check decides.
 *
 * x86-64 Linux only. The project is compiled with -O1, so that each store in the C text is one store instruction.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#define BUS_BASE 0x50000000UL
#define BUS_SIZE 0x01100000UL
#define FAST_FIFO_PAGE 0x400c0000UL
#define SELF_TEST_REGISTER 0x0010000cUL
#define QUADRANT_MASK 0x003fffffUL
#define SELF_TEST_DONE 0x083c0000u
#define TRAP_FLAG 0x100
#define MAX_STORES (1 << 20)

typedef struct {
  uint32_t address;
  uint32_t width;
  uint32_t value;
} store_t;

static store_t stores[MAX_STORES];
static volatile unsigned store_count;
static uintptr_t pending;

/* The interrupt routine has the one or the other name, by the core that the project is for. */
void CNN_ISR(void) __attribute__((weak));
void CNN_IRQHandler(void) __attribute__((weak));

static void die(const char *what) {
  fprintf(stderr, "bus recorder: %s\n", what);
  _exit(3);
}

static void protect(uintptr_t address, int protection) {
  if (mprotect((void *) (address & ~4095UL), 4096, protection) != 0) die("mprotect failed");
}

/* A store to the bus: let it through once, one instruction long. */
static void on_fault(int signal_number, siginfo_t *info, void *context) {
  uintptr_t address = (uintptr_t) info->si_addr;
  (void) signal_number;
  if ((address < BUS_BASE || address >= BUS_BASE + BUS_SIZE) && (address & ~4095UL) != FAST_FIFO_PAGE) die("access outside the accelerator");
  pending = address;
  protect(address, PROT_READ | PROT_WRITE);
  ((ucontext_t *) context)->uc_mcontext.gregs[REG_EFL] |= TRAP_FLAG;
}

/* The store has happened: write it down. Only the kernel loader's byte stores go to odd addresses. */
static void on_step(int signal_number, siginfo_t *info, void *context) {
  store_t *store = &stores[store_count];
  (void) signal_number;
  (void) info;
  if (pending == 0) die("unexpected trap");
  if (store_count == MAX_STORES) die("too many stores");
  store->address = (uint32_t) pending;
  if (pending % 4 == 0) {
    store->width = 32;
    store->value = *(volatile uint32_t *) pending;
  } else {
    store->width = 8;
    store->value = *(volatile uint8_t *) pending;
  }
  store_count++;
  /* A self-test ends at once, and the program that waits for it must see that. */
  if (store->value != 0 && (pending & QUADRANT_MASK) == SELF_TEST_REGISTER) *(volatile uint32_t *) pending |= SELF_TEST_DONE;
  protect(pending, PROT_READ);
  pending = 0;
  ((ucontext_t *) context)->uc_mcontext.gregs[REG_EFL] &= ~(greg_t) TRAP_FLAG;
}

__attribute__((constructor)) static void map_bus(void) {
  struct sigaction action;
  void *bus = mmap((void *) BUS_BASE, BUS_SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (bus != (void *) BUS_BASE) die("the accelerator's address range is not free");
  if (mmap((void *) FAST_FIFO_PAGE, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != (void *) FAST_FIFO_PAGE) {
    die("the fast FIFO's address range is not free");
  }
  memset(&action, 0, sizeof action);
  action.sa_flags = SA_SIGINFO;
  action.sa_sigaction = on_fault;
  sigaction(SIGSEGV, &action, NULL);
  action.sa_sigaction = on_step;
  sigaction(SIGTRAP, &action, NULL);
}

static void hand_over(void) {
  FILE *file = fopen("bus.bin", "wb");
  if (file == NULL || fwrite(stores, sizeof(store_t), store_count, file) != store_count || fclose(file) != 0) die("cannot write bus.bin");
  printf("SLEEP %u\n", store_count);
  fflush(stdout);
}

static void take_memory(void) {
  struct { uint32_t address, value; } word;
  char line[16];
  FILE *file;
  if (fgets(line, sizeof line, stdin) == NULL) die("the test went away");
  file = fopen("memory.bin", "rb");
  if (file == NULL) die("cannot read memory.bin");
  if (mprotect((void *) BUS_BASE, BUS_SIZE, PROT_READ | PROT_WRITE) != 0) die("mprotect failed");
  while (fread(&word, sizeof word, 1, file) == 1) *(volatile uint32_t *) (uintptr_t) word.address = word.value;
  fclose(file);
}

/* Stands in for the SDK's sleep: the accelerator works while the processor sleeps, then interrupts it. */
void ai8x_sleep(void) {
  hand_over();
  take_memory();
  if (CNN_ISR != NULL) CNN_ISR();
  else CNN_IRQHandler();
}
