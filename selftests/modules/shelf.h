/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CROSSCALL_SHELF_H
#define _CROSSCALL_SHELF_H

void shelf_put(unsigned int place, void *thing);
void *shelf_take(unsigned int place);

#endif /* _CROSSCALL_SHELF_H */
