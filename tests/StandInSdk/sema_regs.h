/* SPDX-License-Identifier: MIT
 *
 * Stands in for the SDK's header of the semaphores by which the two cores talk to each other.
 */
#ifndef STAND_IN_SEMA_REGS_H
#define STAND_IN_SEMA_REGS_H

#include <stdint.h>

typedef struct {
  volatile uint32_t irq0;
} mxc_sema_regs_t;

extern mxc_sema_regs_t standin_sema;
#define MXC_SEMA (&standin_sema)
#define MXC_F_SEMA_IRQ0_EN ((uint32_t) 1 << 0)
#define MXC_F_SEMA_IRQ0_CM4_IRQ ((uint32_t) 1 << 16)

#endif
