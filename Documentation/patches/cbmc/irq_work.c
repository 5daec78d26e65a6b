// SPDX-License-Identifier: GPL-2.0
/*
 * For CBMC: do irq_work_claim(), irq_work_single() and irq_work_sync() keep the
 * promises of the last? scripts/tree/check-patches puts the functions of a
 * kernel, as they are, into kernel.h.
 *
 * Two CPUs queue one work, once each, at any time, or with QUEUERS=1 one CPU.
 * Then irq_work_sync() returns, and its caller frees the work. CBMC tries all
 * interleavings, sequentially consistent: order is what the litmus tests are for.
 *
 * With REINIT the callback initialises its work anew, once, as kernel/bpf/helpers.c
 * does, and nobody waits for the work: what is left of its flags then?
 */
#include <stdbool.h>

#ifndef QUEUERS
#define QUEUERS 2
#endif

#define arch_irq_work_has_interrupt() true
#define lockdep_irq_work_enter(flags) ((void)(flags))
#define lockdep_irq_work_exit(flags) ((void)(flags))

#define atomic_t struct atomic
struct atomic {
	int counter;
};

struct irq_work {
	struct {
		atomic_t a_flags;
	} node;
	void (*func)(struct irq_work *work);
	int irqwait;
};

static struct irq_work the_work;
static bool freed;
/* How many CPUs have claimed it or found it pending, are in irq_work_single(), in the callback. */
static int queued, readers, running;

static void add(int *count, int n)
{
	__CPROVER_atomic_begin();
	*count += n;
	__CPROVER_atomic_end();
}

static void use(void)
{
	__CPROVER_assert(!freed, "the work is not used after it was freed");
}

/* Keeps the bits @keep, and adds @n. Returns the old value. */
static int change(atomic_t *v, int keep, int n)
{
	int old;

	__CPROVER_atomic_begin();
	use();
	old = v->counter;
	v->counter = (old & keep) + n;
	__CPROVER_atomic_end();

	return old;
}

static int atomic_read(atomic_t *v)
{
	return change(v, ~0, 0);
}

static void atomic_set(atomic_t *v, int i)
{
	change(v, 0, i);
}

static int atomic_fetch_or(int i, atomic_t *v)
{
	return change(v, ~i, i);
}

static int atomic_add_return(int i, atomic_t *v)
{
	return change(v, ~0, i) + i;
}

/*
 * Succeeds. One that fails has read what is there, and is tried again: it does
 * no more than a later read would, and is left out of the interleavings.
 */
static bool atomic_try_cmpxchg_release(atomic_t *v, int *from, int to)
{
	__CPROVER_atomic_begin();
	use();
	__CPROVER_assume(v->counter == *from);
	v->counter = to;
	__CPROVER_atomic_end();

	return true;
}

static int atomic_cmpxchg(atomic_t *v, int from, int to)
{
	int old;

	__CPROVER_atomic_begin();
	use();
	old = v->counter;
	if (old == from)
		v->counter = to;
	__CPROVER_atomic_end();

	return old;
}

static void rcuwait_wake_up(int *wait)
{
	(void)wait;
	use();
}

/* A wait whose first look is in vain is one that begins later, and is left out. */
#define cpu_relax() __CPROVER_assume(false)
#define TASK_UNINTERRUPTIBLE 2
#define rcuwait_wait_event(wait, condition, state)	\
	((void)(wait), (void)(state), __CPROVER_assume(condition))
#define atomic_cond_read_acquire(v, condition) do {	\
	int VAL = atomic_read(v);			\
							\
	__CPROVER_assume(condition);			\
} while (0)
#define might_sleep() ((void)0)
#define lockdep_assert_irqs_enabled() ((void)0)

/* irq_work_single() is an RCU reader. */
static void synchronize_rcu(void)
{
	__CPROVER_assume(readers == 0);
}

#include "kernel.h"

static void callback(struct irq_work *work)
{
#ifdef REINIT
	static bool done;

	__CPROVER_atomic_begin();
	if (!done)
		work->node.a_flags.counter = FLAGS;
	done = true;
	__CPROVER_atomic_end();
#endif
	add(&running, 1);
	use();
	add(&running, -1);
}

static void cpu(void)
{
	bool claimed;

	add(&readers, 1);
	claimed = irq_work_claim(&the_work);
	add(&queued, 1);
	if (claimed)
		irq_work_single(&the_work);
	add(&readers, -1);
}

int main(void)
{
	the_work.func = callback;
	the_work.node.a_flags.counter = CSD_TYPE_IRQ_WORK | FLAGS;

__CPROVER_ASYNC_1:
	cpu();
#if QUEUERS == 2
__CPROVER_ASYNC_2:
	cpu();
#endif

	__CPROVER_assume(queued == QUEUERS);
#ifdef REINIT
	__CPROVER_assume(readers == 0);
	__CPROVER_assert(the_work.node.a_flags.counter >= 0, "the count is not negative");
	__CPROVER_assert(false, "both CPUs never end");
	return 0;
#endif
	irq_work_sync(&the_work);
	__CPROVER_atomic_begin();
	__CPROVER_assert(running == 0, "irq_work_sync() waits for all callbacks");
	/* Must fail, or the others hold of nothing. */
	__CPROVER_assert(false, "irq_work_sync() never returns");
	freed = true;
	__CPROVER_atomic_end();

	return 0;
}
