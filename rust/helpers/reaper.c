// SPDX-License-Identifier: GPL-2.0

#include <linux/cpuhotplug.h>
#include <linux/irq_work.h>
#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
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

/*
 * Works whose last handle was dropped. The kernel looks at an irq_work after
 * its callback, hence a grace period before what contains it is dropped; the
 * callback is an RCU reader, see irq_work/raw.rs.
 */
static LLIST_HEAD(work_reap_list);

static void reap_works(struct work_struct *work);
static DECLARE_DELAYED_WORK(work_reap_work, reap_works);

static void reap_works(struct work_struct *unused)
{
	struct llist_node *node, *next, *idle = NULL;
	bool busy = false;

	llist_for_each_safe(node, next, llist_del_all(&work_reap_list)) {
		if (rust_irq_work_is_idle(node)) {
			node->next = idle;
			idle = node;
		} else {
			/* One that takes long does not keep the others waiting. */
			llist_add(node, &work_reap_list);
			busy = true;
		}
	}

	if (idle) {
		synchronize_rcu();
		mutex_lock(&reap_lock);
		llist_for_each_safe(node, next, idle)
			rust_irq_work_reap_one(node);
		mutex_unlock(&reap_lock);
	}

	if (busy)
		queue_delayed_work(system_dfl_wq, &work_reap_work, 1);
}

/* The unbound queue keeps isolated CPUs out of it. */
static void reap_what_is_left(void)
{
	if (!llist_empty(&reap_list))
		queue_work(system_dfl_wq, &reap_work);
	if (!llist_empty(&work_reap_list))
		mod_delayed_work(system_dfl_wq, &work_reap_work, 0);
}

static void reap_kicked(struct irq_work *unused)
{
	reap_what_is_left();
}

/* The workqueue's locks are not for NMIs, nor for a caller that holds a runqueue's lock. */
static struct irq_work reap_kick = IRQ_WORK_INIT_HARD(reap_kicked);

static void reap_add(struct llist_node *node, struct llist_head *list)
{
	preempt_disable();
	llist_add(node, list);
	/*
	 * A CPU that runs no more irq_works leaves it to reap_after_dead_cpu(), and one
	 * that runs none yet to the next caller, or to rust_helper_reap_resume(): hence
	 * the kick does not depend on the list having been empty.
	 */
	if (cpu_online(smp_processor_id()))
		irq_work_queue(&reap_kick);
	preempt_enable();
}

/* Any context, NMI included. */
__rust_helper void rust_helper_csd_reap(call_single_data_t *csd)
{
	reap_add(&csd->node.llist, &reap_list);
}

/* Any context, NMI included. */
__rust_helper void rust_helper_irq_work_reap(struct llist_node *reap)
{
	reap_add(reap, &work_reap_list);
}

static int reap_after_dead_cpu(unsigned int cpu)
{
	reap_what_is_left();

	return 0;
}

static int reap_hotplug_state;

/* Returns 0 or an error. */
__rust_helper int rust_helper_reap_init(void)
{
	int state = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "crosscall:reap", NULL,
					      reap_after_dead_cpu);

	if (state < 0)
		return state;
	reap_hotplug_state = state;

	return 0;
}

__rust_helper void rust_helper_reap_exit(void)
{
	cpuhp_remove_state_nocalls(reap_hotplug_state);
}

/* Between these nothing is being reaped. May sleep. */
__rust_helper void rust_helper_reap_pause(void)
{
	mutex_lock(&reap_lock);
}

__rust_helper void rust_helper_reap_resume(void)
{
	mutex_unlock(&reap_lock);
	reap_what_is_left();
}

/*
 * For our own unload: returns whether there was something to wait for. All
 * clients are gone, so that nobody gives up anything but what is reaped here.
 * Whoever kicks us has returned, see flush().
 */
__rust_helper bool rust_helper_reap_flush(void)
{
	bool calls = flush_work(&reap_work);
	bool works = flush_delayed_work(&work_reap_work);

	return calls || works;
}
