// SPDX-License-Identifier: GPL-2.0

#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/smp.h>
#include <linux/workqueue.h>

#include "callbacks.h"

/*
 * Calls whose InFlight was dropped and which have run: what they own must be
 * dropped in process context. A csd that is not queued lends its list node, so
 * this never allocates.
 */
static LLIST_HEAD(reap_list);

/* Held while calls are being reaped, whose client's code runs then. */
static DEFINE_MUTEX(reap_lock);

static void reap_all(struct work_struct *work)
{
	call_single_data_t *csd, *next;
	struct llist_node *first;

	mutex_lock(&reap_lock);
	first = llist_del_all(&reap_list);
	llist_for_each_entry_safe(csd, next, first, node.llist)
		rust_csd_reap_one(csd);
	mutex_unlock(&reap_lock);
}

static DECLARE_WORK(reap_work, reap_all);

/* Any context but NMI. The unbound queue keeps isolated CPUs out of it. */
__rust_helper void rust_helper_csd_reap(call_single_data_t *csd)
{
	if (llist_add(&csd->node.llist, &reap_list))
		queue_work(system_dfl_wq, &reap_work);
}

/* Between these nothing is being reaped. May sleep. */
__rust_helper void rust_helper_reap_pause(void)
{
	mutex_lock(&reap_lock);
}

__rust_helper void rust_helper_reap_resume(void)
{
	mutex_unlock(&reap_lock);
}

/* Returns whether there was something to wait for. */
__rust_helper bool rust_helper_reap_flush(void)
{
	return flush_work(&reap_work);
}
