/* SPDX-License-Identifier: MIT
 *
 * Stands in for the SDK's header of the low-power modes. Sleeping calls ai8x_sleep(), which a harness provides: there it lets the
 * accelerator run and calls the interrupt routine.
 */
#ifndef STAND_IN_LP_H
#define STAND_IN_LP_H

void MXC_LP_EnterSleepMode(void);

#endif
