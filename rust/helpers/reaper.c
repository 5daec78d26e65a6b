// SPDX-License-Identifier: GPL-2.0

#include <linux/cpuhotplug.h>
#include <linux/irq_work.h>
#include <linux/llist.h>
#include <linux/rcupdate.h>
#include <linux/smp.h>
#include <linux/workqueue.h>

#include "callbacks.h"

/*
 * What was owned by calls, works and parcels that were given up must be dropped
 * in process context. Each client has a reaper of its own, a work item: a drop
 * runs the client's code, and may take as long as it likes.
 *
 * | reaping | lists | what of the client has yet to be dropped     |
 * |---------|-------|----------------------------------------------|
 * | false   | empty | nothing: the reaper is idle                  |
 * | false   | some  | what is in them: the item is queued, or will |
 * |         |       | be, by the kick                              |
 * | true    | empty | what the reaper has taken                    |
 * | true    | some  | both: the item runs once more                |
 *
 * Lists are emptied and reaping is set under reap_lock, at once: something that
 * was handed over is in a list, or reaping says that it was taken, until it has
 * been dropped. Drops hand over what they give up before reaping is cleared. So
 * once no callback can hand over anything, and the reaper is idle, it stays
 * idle: nothing of the client will be dropped any more. (Litmus test:
 * unload-quiet.)
 *
 * Unless another module has kept a token, and drops it just then. Unload takes
 * the code away from such objects, and looks whether the reaper has begun to
 * drop anything before that.
 */

/* Calls whose InFlight was dropped and which have run. */
static void reap_calls(struct client *client, struct llist_node *calls)
{
	struct llist_node *node, *next;

	llist_for_each_safe(node, next, calls)
		rust_call_reap_one(node, client->reaped);
}

/*
 * Works whose last handle was dropped, and parcels. The kernel uses an irq_work
 * once more after its callback, within the RCU reader that the callback is in
 * (see irq_work/raw_module.rs): hence a grace period before the object is dropped.
 * Code that may still use the object of a parcel is an RCU reader too. Returns
 * whether there are works that have yet to run. (Litmus tests: irq_work-freed,
 * quiesce-async.)
 */
static bool reap_works(struct client *client, struct llist_node *works,
		       struct llist_node *parcels)
{
	struct llist_node *node, *next, *idle = NULL;
	bool busy = false;

	llist_for_each_safe(node, next, works) {
		if (rust_irq_work_is_idle(node)) {
			node->next = idle;
			idle = node;
		} else {
			/* A work that takes long does not delay the others. */
			llist_add(node, &client->works);
			busy = true;
		}
	}

	if (idle || parcels) {
		synchronize_rcu();
		llist_for_each_safe(node, next, idle)
			rust_irq_work_reap_one(node, client->reaped);
		llist_for_each_safe(node, next, parcels)
			rust_parcel_reap_one(node, client->reaped);
	}

	return busy;
}

static void reap_of_client(struct work_struct *work)
{
	struct client *client = container_of(to_delayed_work(work), struct client, reap);
	struct llist_node *calls, *works, *parcels;
	bool busy;

	/*
	 * Pairs with give_to_reaper(): what is found in a list is complete.
	 * Litmus tests: reaper-given, unload-quiet.
	 */
	spin_lock(&client->reap_lock);
	client->reaping = true;
	calls = llist_del_all(&client->calls);
	works = llist_del_all(&client->works);
	parcels = llist_del_all(&client->parcels);
	/*
	 * Fully ordered, as is rust_helper_client_keeps(): either what is
	 * dropped has lost its code, or unload sees that it must wait once more
	 * (litmus test: unload-reaped).
	 */
	if (calls || works || parcels)
		atomic_inc_return(&client->keeps);
	spin_unlock(&client->reap_lock);

	reap_calls(client, calls);
	busy = reap_works(client, works, parcels);
	if (busy)
		queue_delayed_work(system_dfl_wq, &client->reap, 1);

	spin_lock(&client->reap_lock);
	client->reaping = false;
	spin_unlock(&client->reap_lock);
}

static bool has_something_to_reap(const struct client *client)
{
	return !llist_empty(&client->calls) || !llist_empty(&client->works) ||
	       !llist_empty(&client->parcels);
}

/* The unbound queue spares isolated CPUs. */
static void reap_what_is_left(struct client *client)
{
	if (has_something_to_reap(client))
		mod_delayed_work(system_dfl_wq, &client->reap, 0);
}

static void reap_kicked(struct irq_work *kick)
{
	reap_what_is_left(container_of(kick, struct client, kick));
}

/*
 * For any context: neither an NMI nor a caller that holds a runqueue's lock may
 * take the workqueue's locks.
 */
static void reap_kick(struct client *client)
{
	/*
	 * A CPU that runs no more irq_works leaves the work to
	 * reap_after_hotplug(), and so does one that runs none yet. Until then
	 * the list is not empty, on which the kick must not depend. If it is
	 * pending already, it sees what was added (litmus test: reaper-kick).
	 */
	if (cpu_online(smp_processor_id()))
		irq_work_queue(&client->kick);
}

/*
 * Adds @node to the list at the offset @list of the client whose callback @code
 * is. Any context, NMI included. Pairs with reap_of_client(), and with
 * reap_kicked() if the kick is pending. Litmus tests: reaper-given, reaper-kick.
 */
static __always_inline void give_to_reaper(struct llist_node *node,
					   const void *const *const *code, size_t list)
{
	struct client *client;

	/*
	 * An RCU reader: the client stays, even if it gets quiet meanwhile. The
	 * callback is read within, or its module could go before the client is
	 * looked for, and another module be where it was.
	 */
	preempt_disable();
	client = client_of(callback_of(code));
	llist_add(node, (void *)client + list);
	reap_kick(client);
	preempt_enable();
}

/* A call was given up. Any context, NMI included. */
__rust_helper void rust_helper_call_reap(struct llist_node *node, const void *const *const *code)
{
	give_to_reaper(node, code, offsetof(struct client, calls));
}

/* A work was given up. Any context, NMI included. */
__rust_helper void rust_helper_irq_work_reap(struct llist_node *node,
					     const void *const *const *code)
{
	give_to_reaper(node, code, offsetof(struct client, works));
}

/* A parcel was given up. Any context, NMI included. */
__rust_helper void rust_helper_parcel_reap(struct llist_node *node, const void *const *const *code)
{
	give_to_reaper(node, code, offsetof(struct client, parcels));
}

/*
 * Whether nothing of the client is being dropped or waits to be. If all its
 * callbacks have ended, it stays so. May sleep.
 */
__rust_helper bool rust_helper_client_is_quiet(struct client *client)
{
	bool quiet;

	reap_what_is_left(client);
	spin_lock(&client->reap_lock);
	quiet = !client->reaping && !has_something_to_reap(client);
	spin_unlock(&client->reap_lock);

	return quiet;
}

/* CPU @cpu is dead, or has come: what it left to the reapers was left without a kick. */
static int reap_after_hotplug(unsigned int cpu)
{
	struct client *client;

	rcu_read_lock();
	reap_what_is_left(&code_that_stays);
	list_for_each_entry_rcu(client, &clients, node)
		reap_what_is_left(client);
	rcu_read_unlock();

	return 0;
}

static int reap_dead_state, reap_online_state;

/* Returns 0 or a negative errno. */
__rust_helper int rust_helper_reap_init(void)
{
	reap_dead_state = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "crosscall:reap_dead",
						    NULL, reap_after_hotplug);
	if (reap_dead_state < 0)
		return reap_dead_state;
	reap_online_state = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "crosscall:reap_online",
						      reap_after_hotplug, NULL);
	if (reap_online_state < 0)
		cpuhp_remove_state_nocalls(reap_dead_state);

	return min(reap_online_state, 0);
}

__rust_helper void rust_helper_reap_exit(void)
{
	cpuhp_remove_state_nocalls(reap_online_state);
	cpuhp_remove_state_nocalls(reap_dead_state);
}

/*
 * For the unload of crosscall: returns whether there was something to wait for.
 * All its clients are gone, and their reapers with them. The work that kicks the
 * last reaper has returned, see flush().
 */
__rust_helper bool rust_helper_reap_flush(void)
{
	reap_what_is_left(&code_that_stays);

	return flush_delayed_work(&code_that_stays.reap);
}
