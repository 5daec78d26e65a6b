// SPDX-License-Identifier: GPL-2.0
/* Depends on another module, but not on crosscall. */

#include <linux/module.h>

#include "shelf.h"

static int __init bystander_init(void)
{
	shelf_put(7, NULL);

	return 0;
}
module_init(bystander_init);

static void __exit bystander_exit(void)
{
}
module_exit(bystander_exit);

MODULE_DESCRIPTION("Has nothing to do with crosscall");
MODULE_LICENSE("GPL");
