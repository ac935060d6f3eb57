/* SPDX-License-Identifier: MIT
 *
 * Stands in for the SDK's header of the instruction cache.
 */
#ifndef STAND_IN_ICC_H
#define STAND_IN_ICC_H

typedef struct {
  volatile unsigned int ctrl;
} mxc_icc_regs_t;

#define MXC_ICC0 ((mxc_icc_regs_t *) 0)
#define MXC_ICC1 ((mxc_icc_regs_t *) 0)

void MXC_ICC_Enable(mxc_icc_regs_t *icc);

#endif
