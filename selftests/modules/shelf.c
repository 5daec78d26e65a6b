// SPDX-License-Identifier: GPL-2.0
/* Where a test module leaves something for another one, which it does not depend on. */

#include <linux/array_size.h>
#include <linux/export.h>
#include <linux/module.h>

#include "shelf.h"

static void *shelf[8];

void shelf_put(unsigned int place, void *thing)
{
	if (place < ARRAY_SIZE(shelf))
		shelf[place] = thing;
}
EXPORT_SYMBOL_GPL(shelf_put);

void *shelf_take(unsigned int place)
{
	void *thing = NULL;

	if (place < ARRAY_SIZE(shelf))
		swap(shelf[place], thing);

	return thing;
}
EXPORT_SYMBOL_GPL(shelf_take);

MODULE_DESCRIPTION("Hands things from one test module to another one");
MODULE_LICENSE("GPL");
