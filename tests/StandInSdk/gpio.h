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

typedef enum { MXC_GPIO_FUNC_IN, MXC_GPIO_FUNC_OUT, MXC_GPIO_FUNC_ALT1 } mxc_gpio_func_t;
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

extern mxc_gpio_regs_t standin_gpio[4];
#define MXC_GPIO0 (&standin_gpio[0])
#define MXC_GPIO1 (&standin_gpio[1])
#define MXC_GPIO2 (&standin_gpio[2])
#define MXC_GPIO3 (&standin_gpio[3])
#define MXC_GPIO_PIN_0 ((uint32_t) 1 << 0)
#define MXC_GPIO_PIN_1 ((uint32_t) 1 << 1)
#define MXC_GPIO_PIN_2 ((uint32_t) 1 << 2)
#define MXC_GPIO_PIN_3 ((uint32_t) 1 << 3)
#define MXC_GPIO_PIN_4 ((uint32_t) 1 << 4)
#define MXC_GPIO_PIN_5 ((uint32_t) 1 << 5)
#define MXC_GPIO_PIN_6 ((uint32_t) 1 << 6)
#define MXC_GPIO_PIN_7 ((uint32_t) 1 << 7)
#define MXC_GPIO_PIN_8 ((uint32_t) 1 << 8)
#define MXC_GPIO_PIN_9 ((uint32_t) 1 << 9)
#define MXC_GPIO_PIN_10 ((uint32_t) 1 << 10)
#define MXC_GPIO_PIN_11 ((uint32_t) 1 << 11)
#define MXC_GPIO_PIN_12 ((uint32_t) 1 << 12)
#define MXC_GPIO_PIN_13 ((uint32_t) 1 << 13)
#define MXC_GPIO_PIN_14 ((uint32_t) 1 << 14)
#define MXC_GPIO_PIN_15 ((uint32_t) 1 << 15)
#define MXC_GPIO_PIN_16 ((uint32_t) 1 << 16)
#define MXC_GPIO_PIN_17 ((uint32_t) 1 << 17)
#define MXC_GPIO_PIN_18 ((uint32_t) 1 << 18)
#define MXC_GPIO_PIN_19 ((uint32_t) 1 << 19)
#define MXC_GPIO_PIN_20 ((uint32_t) 1 << 20)
#define MXC_GPIO_PIN_21 ((uint32_t) 1 << 21)
#define MXC_GPIO_PIN_22 ((uint32_t) 1 << 22)
#define MXC_GPIO_PIN_23 ((uint32_t) 1 << 23)
#define MXC_GPIO_PIN_24 ((uint32_t) 1 << 24)
#define MXC_GPIO_PIN_25 ((uint32_t) 1 << 25)
#define MXC_GPIO_PIN_26 ((uint32_t) 1 << 26)
#define MXC_GPIO_PIN_27 ((uint32_t) 1 << 27)
#define MXC_GPIO_PIN_28 ((uint32_t) 1 << 28)
#define MXC_GPIO_PIN_29 ((uint32_t) 1 << 29)
#define MXC_GPIO_PIN_30 ((uint32_t) 1 << 30)
#define MXC_GPIO_PIN_31 ((uint32_t) 1 << 31)

int MXC_GPIO_Config(const mxc_gpio_cfg_t *cfg);
void MXC_GPIO_OutSet(mxc_gpio_regs_t *port, uint32_t mask);
void MXC_GPIO_OutClr(mxc_gpio_regs_t *port, uint32_t mask);

#endif
