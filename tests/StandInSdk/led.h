/* SPDX-License-Identifier: MIT
 *
 * Stands in for the SDK's header of the board's lights.
 */
#ifndef STAND_IN_LED_H
#define STAND_IN_LED_H

void LED_On(unsigned int idx);
void LED_Off(unsigned int idx);

#endif
