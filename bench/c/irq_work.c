// SPDX-License-Identifier: GPL-2.0
/* irq_works, as C code queues them. */
#include "bench.h"

static int add(const char *name, bench_fn op, struct c_work *works)
{
	return bench_add(THIS_MODULE, name, op, works);
}

static void c_work_run(struct irq_work *work)
{
	container_of(work, struct c_work, work)->n++;
}

static u64 c_work_queue(void *ctx, unsigned long n)
{
	struct c_work *w = ctx;
	u64 t, all = 0;
	int i;

	local_irq_disable();
	irq_work_queue(&w[0].work);
	t = ticks();
	for (i = 1; i < BATCH; i++)
		irq_work_queue(&w[i].work);
	all = ticks() - t;
	irq_work_run();
	local_irq_enable();
	for (i = 0; i < BATCH; i++)
		irq_work_sync(&w[i].work);
	return all * n / (BATCH - 1);
}

static u64 c_work_run_only(void *ctx, unsigned long n)
{
	struct c_work *w = ctx;
	u64 t, all = 0;
	int i;

	local_irq_disable();
	for (i = 0; i < BATCH; i++)
		irq_work_queue(&w[i].work);
	t = ticks();
	irq_work_run();
	all = ticks() - t;
	local_irq_enable();
	for (i = 0; i < BATCH; i++)
		irq_work_sync(&w[i].work);
	return all * n / BATCH;
}

static u64 c_work_queue_sync(void *ctx, unsigned long n)
{
	struct c_work *w = ctx;
	unsigned long i;
	u64 t = ticks();

	for (i = 0; i < n; i++) {
		irq_work_queue(&w->work);
		irq_work_sync(&w->work);
	}
	return ticks() - t;
}

static u64 c_work_pending(void *ctx, unsigned long n)
{
	struct c_work *w = ctx;
	unsigned long i;
	u64 t;

	local_irq_disable();
	irq_work_queue(&w->work);
	t = ticks();
	for (i = 0; i < n; i++)
		sum += irq_work_queue(&w->work);
	t = ticks() - t;
	local_irq_enable();
	irq_work_sync(&w->work);
	return t;
}

static u64 c_work_sync_idle(void *ctx, unsigned long n)
{
	struct c_work *w = ctx;
	unsigned long i;
	u64 t = ticks();

	for (i = 0; i < n; i++)
		irq_work_sync(&w->work);
	return ticks() - t;
}

int add_irq_work(void)
{
	static struct c_work works[3][BATCH];
	struct c_work *normal = works[0], *lazy = works[1], *hard = works[2];
	int i;

	for (i = 0; i < BATCH; i++) {
		init_irq_work(&normal[i].work, c_work_run);
		lazy[i].work = IRQ_WORK_INIT_LAZY(c_work_run);
		hard[i].work = IRQ_WORK_INIT_HARD(c_work_run);
	}
	return add("c_work_normal_queue", c_work_queue, normal) ?:
	       add("c_work_lazy_queue", c_work_queue, lazy) ?:
	       add("c_work_hard_queue", c_work_queue, hard) ?:
	       add("c_work_normal_run", c_work_run_only, normal) ?:
	       add("c_work_lazy_run", c_work_run_only, lazy) ?:
	       add("c_work_hard_run", c_work_run_only, hard) ?:
	       add("c_work_normal_sync", c_work_queue_sync, normal) ?:
	       add("c_work_hard_sync", c_work_queue_sync, hard) ?:
	       add("c_work_hard_pending", c_work_pending, hard) ?:
	       add("c_work_sync_idle", c_work_sync_idle, hard);
}
