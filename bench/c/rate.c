// SPDX-License-Identifier: GPL-2.0
/* Calls that several CPUs make at the same time: how long each of them needs for n calls. */
#include <linux/cpumask.h>
#include <linux/percpu.h>
#include <linux/workqueue.h>

#include "bench.h"

/* One round: each sender makes n calls, all of them at the same time. */
struct rate {
	bench_call_fn call;
	void *ctx;
	unsigned long n;
	bool to_all;
	struct completion go;
};

struct sender {
	struct work_struct work;
	struct rate *rate;
};

static DEFINE_PER_CPU(struct sender, senders);
static struct workqueue_struct *queue;

/* In a kworker of the sender's CPU. */
static void send(struct work_struct *work)
{
	struct sender *s = container_of(work, struct sender, work);
	struct rate *rate = s->rate;
	unsigned int me = raw_smp_processor_id(), to = rate->to_all ? me : other;
	unsigned long i;

	wait_for_completion(&rate->go);
	for (i = 0; i < rate->n; i++) {
		if (rate->to_all) {
			to = cpumask_next_wrap(to, cpu_online_mask);
			if (to == me)
				to = cpumask_next_wrap(to, cpu_online_mask);
		}
		rate->call(rate->ctx, me, to);
	}
}

/*
 * With count = 0 each CPU calls all others in turn, else so many CPUs call the other one. Where
 * there are not as many, nothing is measured.
 */
u64 bench_rate(unsigned int count, bench_call_fn call, void *ctx, unsigned long n)
{
	struct rate rate = { .call = call, .ctx = ctx, .n = n, .to_all = !count };
	unsigned int cpu, left = count ?: nr_cpu_ids;
	u64 start;

	if (count && count >= num_online_cpus())
		return 0;
	init_completion(&rate.go);
	for_each_online_cpu(cpu) {
		if (!left || (count && cpu == other))
			continue;
		left--;
		per_cpu(senders, cpu).rate = &rate;
		queue_work_on(cpu, queue, &per_cpu(senders, cpu).work);
	}
	start = ticks();
	complete_all(&rate.go);
	flush_workqueue(queue);
	return ticks() - start;
}
EXPORT_SYMBOL_GPL(bench_rate);

static DEFINE_PER_CPU(struct c_call, calls);

/* Sleeps until it has ended. */
static void call_and_wait(void *ctx, unsigned int from, unsigned int to)
{
	struct c_call *c = &per_cpu(calls, from);

	if (!smp_call_function_single_async(to, &c->csd))
		wait_for_completion(&c->done);
}

/* Spins until it has ended. */
static void call_by_kernel(void *ctx, unsigned int from, unsigned int to)
{
	smp_call_function_single(to, count, &per_cpu(calls, from), 1);
}

/* The number of senders is the context. */
static u64 c_rate(void *ctx, unsigned long n)
{
	return bench_rate((unsigned long)ctx, call_and_wait, NULL, n);
}

static u64 c_rate_spin(void *ctx, unsigned long n)
{
	return bench_rate((unsigned long)ctx, call_by_kernel, NULL, n);
}

static int add(const char *name, bench_fn op, unsigned long count)
{
	return bench_add(THIS_MODULE, name, op, (void *)count);
}

int add_rate(void)
{
	unsigned int cpu;

	queue = alloc_workqueue("bench_rate", WQ_PERCPU | WQ_CPU_INTENSIVE, 1);
	if (!queue)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		struct c_call *c = &per_cpu(calls, cpu);

		INIT_WORK(&per_cpu(senders, cpu).work, send);
		INIT_CSD(&c->csd, complete_it, c);
		init_completion(&c->done);
	}
	return add("c_rate_1", c_rate, 1) ?: add("c_rate_2", c_rate, 2) ?:
	       add("c_rate_4", c_rate, 4) ?: add("c_rate_8", c_rate, 8) ?:
	       add("c_rate_all", c_rate, 0) ?: add("c_rate_spin_1", c_rate_spin, 1) ?:
	       add("c_rate_spin_2", c_rate_spin, 2) ?: add("c_rate_spin_4", c_rate_spin, 4) ?:
	       add("c_rate_spin_8", c_rate_spin, 8) ?: add("c_rate_spin_all", c_rate_spin, 0);
}

void free_rate(void)
{
	destroy_workqueue(queue);
}
