/* SPDX-License-Identifier: MIT
 *
 * Stands in for the SDK's header of the pins.
 */
#ifndef STAND_IN_GPIO_H
#define STAND_IN_GPIO_H

#include <stdint.h>

typedef struct {
  volatile uint32_t out;
} mxc_gpio_regs_t;

typedef enum { MXC_GPIO_FUNC_IN, MXC_GPIO_FUNC_OUT } mxc_gpio_func_t;
typedef enum { MXC_GPIO_PAD_NONE } mxc_gpio_pad_t;
typedef enum { MXC_GPIO_VSSEL_VDDIO } mxc_gpio_vssel_t;
typedef enum { MXC_GPIO_DRVSTR_0 } mxc_gpio_drvstr_t;

typedef struct {
  mxc_gpio_regs_t *port;
  uint32_t mask;
  mxc_gpio_func_t func;
  mxc_gpio_pad_t pad;
  mxc_gpio_vssel_t vssel;
  mxc_gpio_drvstr_t drvstr;
} mxc_gpio_cfg_t;

int MXC_GPIO_Config(const mxc_gpio_cfg_t *cfg);
void MXC_GPIO_OutSet(mxc_gpio_regs_t *port, uint32_t mask);
void MXC_GPIO_OutClr(mxc_gpio_regs_t *port, uint32_t mask);

#endif
