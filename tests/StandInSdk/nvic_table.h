/* SPDX-License-Identifier: MIT
 *
 * Stands in for the SDK's header of the interrupt table.
 */
#ifndef STAND_IN_NVIC_TABLE_H
#define STAND_IN_NVIC_TABLE_H

#include "mxc_device.h"

void MXC_NVIC_SetVector(IRQn_Type irqn, void (*irq_callback)(void));

#endif
