/* SPDX-License-Identifier: MIT
 *
 * Stands in for the SDK's header of the timers. The stop watch always shows one microsecond.
 */
#ifndef STAND_IN_TMR_H
#define STAND_IN_TMR_H

typedef struct {
  volatile unsigned int cnt;
} mxc_tmr_regs_t;

#define MXC_TMR0 ((mxc_tmr_regs_t *) 0)
#define MXC_TMR1 ((mxc_tmr_regs_t *) 0)
#define MXC_TMR2 ((mxc_tmr_regs_t *) 0)
#define MXC_TMR3 ((mxc_tmr_regs_t *) 0)

void MXC_TMR_SW_Start(mxc_tmr_regs_t *tmr);
int MXC_TMR_SW_Stop(mxc_tmr_regs_t *tmr);

#endif
