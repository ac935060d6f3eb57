/* SPDX-License-Identifier: MIT
 *
 * Stands in for the SDK's header of the power registers.
 */
#ifndef STAND_IN_GCFR_REGS_H
#define STAND_IN_GCFR_REGS_H

#include <stdint.h>

typedef struct {
  volatile uint32_t reg0;
  volatile uint32_t reg1;
  volatile uint32_t reg2;
  volatile uint32_t reg3;
} mxc_gcfr_regs_t;

extern mxc_gcfr_regs_t standin_gcfr;
#define MXC_GCFR (&standin_gcfr)

#endif
