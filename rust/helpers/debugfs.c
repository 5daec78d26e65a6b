// SPDX-License-Identifier: GPL-2.0

#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "callbacks.h"

/*
 * The files of kernel::debugfs have no owner: one that is open when the module
 * goes is closed through freed memory. These files have an owner.
 */

static int stats_show(struct seq_file *m, void *unused)
{
	rust_csd_show_stats(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(stats);

static int in_flight_show(struct seq_file *m, void *unused)
{
	rust_csd_show_in_flight(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(in_flight);

static int deferred_show(struct seq_file *m, void *unused)
{
	rust_deferred_show(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(deferred);

static struct dentry *debugfs_dir;

__rust_helper void rust_helper_debugfs_add(void)
{
	debugfs_dir = debugfs_create_dir("crosscall", NULL);
	debugfs_create_file("stats", 0444, debugfs_dir, NULL, &stats_fops);
	debugfs_create_file("in_flight", 0444, debugfs_dir, NULL, &in_flight_fops);
	debugfs_create_file("deferred", 0444, debugfs_dir, NULL, &deferred_fops);
}

__rust_helper void rust_helper_debugfs_remove(void)
{
	debugfs_remove(debugfs_dir);
}
