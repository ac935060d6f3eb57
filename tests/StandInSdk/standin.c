/* SPDX-License-Identifier: MIT
 *
 * The stand-in SDK for native programs: registers as plain memory, everything else does nothing. A harness provides ai8x_sleep().
 */
#include "fcr_regs.h"
#include "gcfr_regs.h"
#include "gpio.h"
#include "icc.h"
#include "led.h"
#include "lp.h"
#include "mxc_delay.h"
#include "mxc_device.h"
#include "mxc_sys.h"
#include "nvic_table.h"
#include "sema_regs.h"
#include "tmr.h"

void ai8x_sleep(void);

mxc_gcr_regs_t standin_gcr;
mxc_gcfr_regs_t standin_gcfr;
mxc_gpio_regs_t standin_gpio[4];
mxc_fcr_regs_t standin_fcr;
mxc_sema_regs_t standin_sema;

void SystemCoreClockUpdate(void) {}

void MXC_SYS_ClockEnable(mxc_sys_periph_clock_t clock) { (void) clock; }

void MXC_SYS_ClockDisable(mxc_sys_periph_clock_t clock) { (void) clock; }

int MXC_SYS_Clock_Select(mxc_sys_system_clock_t clock) {
  (void) clock;
  return 0;
}

int MXC_GPIO_Config(const mxc_gpio_cfg_t *cfg) {
  (void) cfg;
  return 0;
}

void MXC_GPIO_OutSet(mxc_gpio_regs_t *port, uint32_t mask) { port->out |= mask; }

void MXC_GPIO_OutClr(mxc_gpio_regs_t *port, uint32_t mask) { port->out &= ~mask; }

void MXC_ICC_Enable(mxc_icc_regs_t *icc) { (void) icc; }

void LED_On(unsigned int idx) { (void) idx; }

void LED_Off(unsigned int idx) { (void) idx; }

void MXC_LP_EnterSleepMode(void) { ai8x_sleep(); }

int MXC_Delay(uint32_t us) {
  (void) us;
  return 0;
}

void MXC_NVIC_SetVector(IRQn_Type irqn, void (*irq_callback)(void)) {
  (void) irqn;
  (void) irq_callback;
}

void NVIC_EnableIRQ(IRQn_Type irqn) { (void) irqn; }

void NVIC_EnableEvent(IRQn_Type irqn) { (void) irqn; }

void NVIC_ClearPendingIRQ(IRQn_Type irqn) { (void) irqn; }

void NVIC_ClearPendingEvent(IRQn_Type irqn) { (void) irqn; }

void __enable_irq(void) {}

void MXC_TMR_SW_Start(mxc_tmr_regs_t *tmr) { (void) tmr; }

int MXC_TMR_SW_Stop(mxc_tmr_regs_t *tmr) {
  (void) tmr;
  return 1;
}
