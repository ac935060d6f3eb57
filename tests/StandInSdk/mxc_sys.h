/* SPDX-License-Identifier: MIT
 *
 * Stands in for the SDK's header of the system clocks.
 */
#ifndef STAND_IN_MXC_SYS_H
#define STAND_IN_MXC_SYS_H

typedef enum { MXC_SYS_PERIPH_CLOCK_CNN, MXC_SYS_PERIPH_CLOCK_SMPHR, MXC_SYS_PERIPH_CLOCK_CPU1 } mxc_sys_periph_clock_t;
typedef enum { MXC_SYS_CLOCK_IPO } mxc_sys_system_clock_t;

void MXC_SYS_ClockEnable(mxc_sys_periph_clock_t clock);
void MXC_SYS_ClockDisable(mxc_sys_periph_clock_t clock);
int MXC_SYS_Clock_Select(mxc_sys_system_clock_t clock);

#endif
