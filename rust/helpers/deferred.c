// SPDX-License-Identifier: GPL-2.0

#include <linux/cache.h>
#include <linux/context_tracking_state.h>
#include <linux/cpumask.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/tracepoint.h>

#include "callbacks.h"

/* As LINE and PerCpu in rust/calls/deferred/percpu.rs. */
#define DEFERRED_LINE 256
#define DEFERRED_WORDS 10

struct deferred_cpu {
	/*
	 * The marks of a PerCpu of rust/calls/deferred/percpu.rs: where something is pending.
	 * Each kernel entry reads them, so that nothing else is in their cache line.
	 */
	u64 marks;
	u8 line[DEFERRED_LINE - sizeof(u64)];
	/* The rest of the PerCpu. */
	u64 words[DEFERRED_WORDS];
	/* To interrupt this CPU: from another one, and from itself. */
	call_single_data_t csd;
	struct irq_work self;
	/* Expires when a work will have been pending here for too long. */
	struct timer_list timer;
	/*
	 * Held while the timer is armed: for when, in jiffies, and how late the
	 * timer wheel may be.
	 */
	raw_spinlock_t arming;
	unsigned long due, late;
	unsigned int number;
};

static_assert(SMP_CACHE_BYTES <= DEFERRED_LINE);
static_assert(offsetof(struct deferred_cpu, words) == DEFERRED_LINE);

static DEFINE_PER_CPU_ALIGNED(struct deferred_cpu, deferred_cpus);

/*
 * The CPU has left user mode: the state was changed by a fully ordered RMW before
 * this. Pairs with rust_helper_deferred_in_user(). Litmus test: deferred-mark.
 */
static __maybe_unused void deferred_user_exit(void *data, int dummy)
{
	if (unlikely(this_cpu_read(deferred_cpus.marks)))
		rust_deferred_run(this_cpu_ptr(&deferred_cpus));
}

static void deferred_ipi(void *unused)
{
	rust_deferred_answer(this_cpu_ptr(&deferred_cpus));
}

static void deferred_self_ipi(struct irq_work *unused)
{
	deferred_ipi(NULL);
}

static void deferred_flush(void *unused)
{
	rust_deferred_run(this_cpu_ptr(&deferred_cpus));
}

static void deferred_timeout(struct timer_list *timer)
{
	struct deferred_cpu *this = container_of(timer, struct deferred_cpu, timer);

	/*
	 * Whether the timer is pending is read without the timer's lock. It is
	 * not any more, and then this reads the bits. The sender sets its bit
	 * and the mark, fully ordered, and then reads the timer. (Litmus tests:
	 * deferred-deadline, deferred-armed.)
	 */
	smp_mb();
	rcu_read_lock();
	rust_deferred_timeout(this->number);
	rcu_read_unlock();
}

#if defined(CONFIG_CONTEXT_TRACKING_USER) && defined(CONFIG_CONTEXT_TRACKING_IDLE) && \
	defined(CONFIG_TRACEPOINTS)
static struct tracepoint *deferred_tracepoint;
/*
 * Set while the probe is registered. That begins in the module's init function,
 * before the module loader lets a client use the module, and ends after the last
 * client has gone: the loader's locks order it for all senders.
 */
static bool deferred_hooked __read_mostly;

/*
 * Without RCU's extended quiescent state in user mode the state is written
 * without ordering, hence the check for that quiescent state; CPUs that are not
 * nohz_full have none. The caller's full barrier comes before this. Pairs with
 * deferred_user_exit(). Litmus test: deferred-mark.
 */
__rust_helper bool rust_helper_deferred_in_user(unsigned int cpu)
{
	int state;

	if (!READ_ONCE(deferred_hooked))
		return false;
	state = atomic_read(per_cpu_ptr(&context_tracking.state, cpu));

	return (state & (CT_STATE_MASK | CT_RCU_WATCHING)) == CT_STATE_USER;
}

static void deferred_find_tracepoint(struct tracepoint *tp, void *unused)
{
	if (!strcmp(tp->name, "user_exit"))
		deferred_tracepoint = tp;
}

static unsigned int deferred_tracked_cpus(void)
{
	unsigned int cpu, count = 0;

	for_each_possible_cpu(cpu)
		count += context_tracking_enabled_cpu(cpu);

	return count;
}

static void deferred_hook(void)
{
	unsigned int count = deferred_tracked_cpus();

	if (!count) {
		pr_info("no CPU is nohz_full: deferred works interrupt their CPU\n");
		return;
	}
	for_each_kernel_tracepoint(deferred_find_tracepoint, NULL);
	if (!deferred_tracepoint ||
	    tracepoint_probe_register(deferred_tracepoint, deferred_user_exit, NULL)) {
		pr_warn("no tracepoint user_exit: deferred works interrupt their CPU\n");
		return;
	}
	WRITE_ONCE(deferred_hooked, true);
	pr_info("deferred works wait for %u nohz_full CPUs to leave user mode\n", count);
}

static void deferred_unhook(void)
{
	if (!deferred_hooked)
		return;
	WRITE_ONCE(deferred_hooked, false);
	tracepoint_probe_unregister(deferred_tracepoint, deferred_user_exit, NULL);
	tracepoint_synchronize_unregister();
}
#else
__rust_helper bool rust_helper_deferred_in_user(unsigned int cpu)
{
	return false;
}

static void deferred_hook(void)
{
	pr_info("no CONFIG_CONTEXT_TRACKING_USER: deferred works interrupt their CPU\n");
}

static void deferred_unhook(void) { }
#endif

__rust_helper void rust_helper_deferred_start(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct deferred_cpu *this = per_cpu_ptr(&deferred_cpus, cpu);

		INIT_CSD(&this->csd, deferred_ipi, NULL);
		this->self = IRQ_WORK_INIT_HARD(deferred_self_ipi);
		timer_setup(&this->timer, deferred_timeout, 0);
		raw_spin_lock_init(&this->arming);
		this->number = cpu;
	}
	deferred_hook();
}

/* No work is registered any more, and no IPI is on its way. May sleep. */
__rust_helper void rust_helper_deferred_stop(void)
{
	unsigned int cpu;

	deferred_unhook();
	for_each_possible_cpu(cpu) {
		struct deferred_cpu *this = per_cpu_ptr(&deferred_cpus, cpu);

		/* The timer finds nothing pending, and does not arm itself. */
		timer_shutdown_sync(&this->timer);
		irq_work_sync(&this->self);
	}
	/*
	 * For the end of deferred_ipi(), and of irq_work_single(), which uses the
	 * work. Litmus test: irq_work-freed.
	 */
	synchronize_rcu();
}

__rust_helper void *rust_helper_deferred_cpu(unsigned int cpu)
{
	return cpu_possible(cpu) ? per_cpu_ptr(&deferred_cpus, cpu) : NULL;
}

/* Preemption is off, and the caller has the right to send @cpu's IPI. */
__rust_helper int rust_helper_deferred_kick(unsigned int cpu)
{
	struct deferred_cpu *this = per_cpu_ptr(&deferred_cpus, cpu);

	/* Not inline: the caller may hold a lock with interrupts off, or be a work itself. */
	if (cpu == smp_processor_id())
		return irq_work_queue(&this->self) ? 0 : -EBUSY;

	return smp_call_function_single_async(cpu, &this->csd);
}

/* Process context. An offline CPU has nothing pending, so errors do not matter. */
__rust_helper void rust_helper_deferred_flush(unsigned int cpu)
{
	smp_call_function_single(cpu, deferred_flush, NULL, 1);
}

/* Interrupts are off. */
__rust_helper void rust_helper_deferred_flush_here(void)
{
	deferred_flush(NULL);
}

/* By how many jiffies the timer wheel is late, at most: its levels are 8 times as coarse each. */
static unsigned long deferred_lateness(unsigned long delay)
{
	return delay / 7;
}

/*
 * Whether a timer that is pending expires soon enough for @due. If it was armed
 * for long it may expire much later than it should. Armed anew for the same
 * time, when that is near, it is not so late; but not for each request.
 */
static bool deferred_is_armed(const struct deferred_cpu *this, unsigned long now,
			      unsigned long due)
{
	unsigned long left = time_after(this->due, now) ? this->due - now : 0;

	if (!timer_pending(&this->timer) || time_before(due, this->due))
		return false;

	return time_after_eq(due, this->due + this->late) ||
	       deferred_lateness(left) > this->late / 2;
}

/* The timer of @cpu, which is possible, expires in @delay jiffies. Any context but NMI. */
__rust_helper void rust_helper_deferred_arm(unsigned int cpu, unsigned long delay)
{
	struct deferred_cpu *this = per_cpu_ptr(&deferred_cpus, cpu);
	unsigned long now, due, flags;

	/* What is read of a timer is of one arming. Litmus test: deferred-armed. */
	raw_spin_lock_irqsave(&this->arming, flags);
	now = jiffies;
	due = now + min(delay, MAX_JIFFY_OFFSET);
	if (!deferred_is_armed(this, now, due)) {
		/* mod_timer() leaves one alone that is pending for the same time. */
		if (timer_delete(&this->timer) && time_before(this->due, due))
			due = this->due;
		this->due = due;
		this->late = time_after(due, now) ? deferred_lateness(due - now) : 0;
		mod_timer(&this->timer, due);
	}
	raw_spin_unlock_irqrestore(&this->arming, flags);
}
