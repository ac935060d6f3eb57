/* SPDX-License-Identifier: MIT
 *
 * Stands in for the SDK's header of the registers that start the RISC-V core.
 */
#ifndef STAND_IN_FCR_REGS_H
#define STAND_IN_FCR_REGS_H

#include <stdint.h>

typedef struct {
  volatile uint32_t urvbootaddr;
  volatile uint32_t urvctrl;
} mxc_fcr_regs_t;

extern mxc_fcr_regs_t standin_fcr;
#define MXC_FCR (&standin_fcr)

#endif
