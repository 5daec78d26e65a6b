// SPDX-License-Identifier: GPL-2.0
/*
 * A probe on the tracepoint user_exit that does nothing: what any use of it costs.
 */

#include <linux/errno.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

static struct tracepoint *user_exit;

static void nothing(void *data, int dummy)
{
}

static void find(struct tracepoint *tp, void *unused)
{
	if (!strcmp(tp->name, "user_exit"))
		user_exit = tp;
}

static int __init probe_init(void)
{
	for_each_kernel_tracepoint(find, NULL);
	if (!user_exit)
		return -EOPNOTSUPP;

	return tracepoint_probe_register(user_exit, nothing, NULL);
}

static void __exit probe_exit(void)
{
	tracepoint_probe_unregister(user_exit, nothing, NULL);
	tracepoint_synchronize_unregister();
}

module_init(probe_init);
module_exit(probe_exit);

MODULE_AUTHOR("crosscall developers");
MODULE_DESCRIPTION("A probe on user_exit that does nothing");
MODULE_LICENSE("GPL");
