// SPDX-License-Identifier: GPL-2.0

#include <linux/bug.h>
#include <linux/instruction_pointer.h>
#include <linux/irqflags.h>
#include <linux/lockdep.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/string_choices.h>

/* The locks of leaked guards stay locked, but the task that was hit does not hold them. */
static void callback_release_locks(int depth)
{
#ifdef CONFIG_LOCKDEP
	int i;

	for (i = lockdep_depth(current); i > depth; i--)
		lock_release(current->held_locks[i - 1].instance, _THIS_IP_);
#endif
}

/*
 * What is borrowed from a leaked guard may have gone anywhere, since a reference
 * is Send: the section cannot be ended here. Nor does it stay open by itself. A
 * CPU that goes idle, or back to user mode, is no reader, whatever its task has
 * counted, and a task that exits ends its sections. So this is the end: memory
 * that is used after it was freed would not be found. (RCU that is not
 * preemptible counts nothing.)
 */
static void section_left_open(const void *callback, const char *name, size_t len)
{
	panic("crosscall: callback %.*s (%ps) left an RCU read-side section open\n",
	      (int)len, name, callback);
}

static void callback_leave_sections(const struct callback_counts *was,
				    const struct callback_counts *is)
{
	int i;

	for (i = is->rcu; i < was->rcu; i++)
		rcu_read_lock();
	for (i = counted_migration(is); i > counted_migration(was); i--)
		migrate_enable();
	for (i = counted_migration(is); i < counted_migration(was); i++)
		migrate_disable();
}

/*
 * Restores what was counted, for the code that was interrupted, and reports the
 * callback by name, as call_timer_fn() and __handle_irq_event_percpu() do.
 */
__rust_helper void rust_helper_callback_rebalance(const struct callback_counts *was,
						  bool irqs_off, const void *callback,
						  const char *name, size_t len)
{
	static DEFINE_RATELIMIT_STATE(limit, 5 * HZ, 64);
	struct callback_counts is;
	bool irqs_are_off = irqs_disabled();

	rust_helper_callback_counts(&is);
	if (irqs_off && !irqs_are_off)
		local_irq_disable();
	if (is.rcu > was->rcu)
		section_left_open(callback, name, len);
	callback_leave_sections(was, &is);
	callback_release_locks(counted_locks(was));
	preempt_count_set(was->preempt);
	if (!irqs_off && irqs_are_off)
		local_irq_enable();

	if (__ratelimit(&limit))
		pr_err("callback %.*s (%ps) leaked: preempt_count %08x -> %08x, RCU %d -> %d, migrate_disable %d -> %d, interrupts %s -> %s\n",
		       (int)len, name, callback, was->preempt, is.preempt, was->rcu, is.rcu,
		       counted_migration(was), counted_migration(&is), str_off_on(irqs_off),
		       str_off_on(irqs_are_off));
	WARN_ONCE(1, "a callback has slept or leaked a guard, see the message before this\n");
}
