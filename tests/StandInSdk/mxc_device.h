/* SPDX-License-Identifier: MIT
 *
 * Stands in for the SDK's device header, so that generated projects compile and run without the SDK. Names are those of the SDK;
 * registers are plain memory, and calls that reach for hardware do nothing.
 */
#ifndef STAND_IN_MXC_DEVICE_H
#define STAND_IN_MXC_DEVICE_H

#include <stdint.h>

typedef struct {
  volatile uint32_t pclkdiv;
} mxc_gcr_regs_t;

extern mxc_gcr_regs_t standin_gcr;
#define MXC_GCR (&standin_gcr)

#define MXC_F_GCR_PCLKDIV_CNNCLKDIV ((uint32_t) 7 << 14)
#define MXC_F_GCR_PCLKDIV_CNNCLKSEL ((uint32_t) 1 << 17)
#define MXC_S_GCR_PCLKDIV_CNNCLKDIV_DIV1 ((uint32_t) 4 << 14)
#define MXC_S_GCR_PCLKDIV_CNNCLKSEL_PCLK ((uint32_t) 0)

typedef enum { RISCV_IRQn = 98, CNN_IRQn = 99 } IRQn_Type;

void NVIC_EnableIRQ(IRQn_Type irqn);
void NVIC_EnableEvent(IRQn_Type irqn);
void NVIC_ClearPendingIRQ(IRQn_Type irqn);
void NVIC_ClearPendingEvent(IRQn_Type irqn);
void __enable_irq(void);

void SystemCoreClockUpdate(void);

#endif
