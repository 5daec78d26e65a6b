// SPDX-License-Identifier: GPL-2.0

#include <linux/bug.h>
#include <linux/irqflags.h>
#include <linux/lockdep.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>

#include "preempt.c"

__rust_helper bool rust_helper_irqs_disabled(void)
{
	return irqs_disabled();
}

/* Whether the current task has got a fatal signal. */
__rust_helper bool rust_helper_killed(void)
{
	return fatal_signal_pending(current);
}

/* Whether the caller may sleep, as far as the configuration can tell. */
__rust_helper bool rust_helper_may_sleep(void)
{
	return !irqs_disabled() && !preempt_count() && !rcu_preempt_depth();
}

/*
 * What a callback must leave unchanged, on the CPU and the task that it runs
 * on: safe Rust can leak a guard. The preempt count has the softirq and hardirq
 * bits, and since 7.3 those of local_interrupt_disable(). Only on PREEMPT_RT
 * does Rust have something that disables migration: a spinlock.
 */
struct callback_counts {
	int preempt;
	int rcu;
	/* Where they can change. Otherwise all are kept in registers. */
#if defined(CONFIG_PREEMPT_RT) && defined(CONFIG_SMP)
	int migration;
#endif
#ifdef CONFIG_LOCKDEP
	int locks;
#endif
};

static int counted_migration(const struct callback_counts *counts)
{
#if defined(CONFIG_PREEMPT_RT) && defined(CONFIG_SMP)
	return counts->migration;
#else
	return 0;
#endif
}

static int counted_locks(const struct callback_counts *counts)
{
#ifdef CONFIG_LOCKDEP
	return counts->locks;
#else
	return 0;
#endif
}

__rust_helper void rust_helper_callback_counts(struct callback_counts *now)
{
	now->preempt = preempt_count();
	now->rcu = rcu_preempt_depth();
#if defined(CONFIG_PREEMPT_RT) && defined(CONFIG_SMP)
	now->migration = current->migration_disabled;
#endif
#ifdef CONFIG_LOCKDEP
	now->locks = current->lockdep_depth;
#endif
}

/* Whether nothing has changed since @was. @irqs_off: whether interrupts were off then. */
__rust_helper bool rust_helper_callback_balanced(const struct callback_counts *was, bool irqs_off)
{
	struct callback_counts is;

	rust_helper_callback_counts(&is);
	if (is.preempt != was->preempt || is.rcu != was->rcu)
		return false;
	if (counted_migration(&is) != counted_migration(was))
		return false;
	/* After its first report lockdep does not count any more. */
	if (IS_ENABLED(CONFIG_LOCKDEP) && debug_locks && counted_locks(&is) != counted_locks(was))
		return false;

	return irqs_disabled() == irqs_off;
}

/*
 * Turns interrupts off for a closure. It may own the guards of outer sections
 * and drop them: since 7.3 interrupts come back with the last section. Before
 * 7.3 nothing in safe Rust turns them on, except code that sleeps.
 */
#if __has_include("linux/interrupt_rc.h")
__rust_helper unsigned long rust_helper_irqs_off_enter(void)
{
	local_interrupt_disable();

	return 0;
}

__rust_helper void rust_helper_irqs_off_exit(unsigned long flags)
{
	WARN_ON_ONCE(!irqs_disabled());
	local_interrupt_enable();
}
#else
__rust_helper unsigned long rust_helper_irqs_off_enter(void)
{
	unsigned long flags;

	local_irq_save(flags);

	return flags;
}

__rust_helper void rust_helper_irqs_off_exit(unsigned long flags)
{
	WARN_ON_ONCE(!irqs_disabled());
	local_irq_restore(flags);
}
#endif
