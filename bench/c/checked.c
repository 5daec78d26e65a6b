// SPDX-License-Identifier: GPL-2.0
/*
 * irq_works with all that crosscall's do beside, in one C function each: whether the module is
 * being unloaded, whether the work is shut down, counters, tracepoints that are off, when and where
 * it was queued, and a callback that returns with interrupts on.
 */
#include <linux/atomic.h>
#include <linux/jiffies.h>
#include <linux/percpu.h>

#include "bench.h"

static const struct module *checked_closed __read_mostly;
static DEFINE_PER_CPU(unsigned long [4], checked_stats);
static DEFINE_STATIC_KEY_FALSE(checked_traced);

static __always_inline bool checked_refuses(const void *callback)
{
	const struct module *module = READ_ONCE(checked_closed);

	return unlikely(module) && within_module((unsigned long)callback, module);
}

static noinline void checked_trace(void *work) { barrier(); }

struct checked_work {
	struct irq_work work;
	void (*run)(struct checked_work *w);
	atomic_t pending, runs;
	bool shut_down, closed;
	unsigned int cpu;
	unsigned long queued_at;
	unsigned long n;
};

static struct checked_work checked_works[BATCH];

static void checked_work_trampoline(struct irq_work *work)
{
	struct checked_work *w = container_of(work, struct checked_work, work);

	atomic_add((1 << 16) + 1, &w->runs);
	atomic_xchg(&w->pending, 0);
	this_cpu_inc(checked_stats[0]);
	if (static_branch_unlikely(&checked_traced))
		checked_trace(w);
	w->run(w);
	if (WARN_ON_ONCE(!irqs_disabled()))
		local_irq_disable();
	if (static_branch_unlikely(&checked_traced))
		checked_trace(w);
	atomic_fetch_sub_release(1, &w->runs);
}

static noinline int checked_queue(struct checked_work *w)
{
	int ret = 0;

	preempt_disable();
	if (unlikely(checked_refuses(w->run)) || unlikely(READ_ONCE(w->shut_down)) ||
	    unlikely(!cpu_online(smp_processor_id()))) {
		ret = -ESHUTDOWN;
		goto out;
	}
	if (atomic_xchg(&w->pending, 1)) {
		this_cpu_inc(checked_stats[2]);
		if (static_branch_unlikely(&checked_traced))
			checked_trace(w);
		goto out;
	}
	w->cpu = smp_processor_id();
	w->queued_at = jiffies;
	this_cpu_inc(checked_stats[1]);
	if (static_branch_unlikely(&checked_traced))
		checked_trace(w);
	WARN_ON_ONCE(!irq_work_queue(&w->work));
	ret = 1;
out:
	preempt_enable();
	return ret;
}

static void checked_work_count(struct checked_work *w)
{
	w->n++;
}

static void checked_work_sync(struct checked_work *w)
{
	while ((atomic_read_acquire(&w->runs) & 0xffff) || atomic_read_acquire(&w->pending))
		cpu_relax();
}

static u64 c_checked_work_queue(void *ctx, unsigned long n)
{
	u64 t, all = 0;
	int i;

	local_irq_disable();
	checked_queue(&checked_works[0]);
	t = ticks();
	for (i = 1; i < BATCH; i++)
		checked_queue(&checked_works[i]);
	all = ticks() - t;
	irq_work_run();
	local_irq_enable();
	return all * n / (BATCH - 1);
}

static u64 c_checked_work_run(void *ctx, unsigned long n)
{
	u64 t, all = 0;
	int i;

	local_irq_disable();
	for (i = 0; i < BATCH; i++)
		checked_queue(&checked_works[i]);
	t = ticks();
	irq_work_run();
	all = ticks() - t;
	local_irq_enable();
	return all * n / BATCH;
}

static u64 c_checked_work_pending(void *ctx, unsigned long n)
{
	unsigned long i;
	u64 t;

	local_irq_disable();
	checked_queue(&checked_works[0]);
	t = ticks();
	for (i = 0; i < n; i++)
		sum += checked_queue(&checked_works[0]);
	t = ticks() - t;
	local_irq_enable();
	checked_work_sync(&checked_works[0]);
	return t;
}

static u64 c_checked_work_queue_sync(void *ctx, unsigned long n)
{
	unsigned long i;
	u64 t = ticks();

	for (i = 0; i < n; i++) {
		checked_queue(&checked_works[0]);
		checked_work_sync(&checked_works[0]);
	}
	return ticks() - t;
}

static u64 c_checked_work_sync_idle(void *ctx, unsigned long n)
{
	unsigned long i;
	u64 t = ticks();

	for (i = 0; i < n; i++) {
		checked_work_sync(&checked_works[0]);
		barrier();
	}
	return ticks() - t;
}

int add_checked(void)
{
	int i;

	for (i = 0; i < BATCH; i++) {
		checked_works[i].work = IRQ_WORK_INIT_HARD(checked_work_trampoline);
		checked_works[i].run = checked_work_count;
	}
	return ADD(c_checked_work_queue) ?: ADD(c_checked_work_run) ?:
	       ADD(c_checked_work_pending) ?: ADD(c_checked_work_queue_sync) ?:
	       ADD(c_checked_work_sync_idle);
}
