// SPDX-License-Identifier: GPL-2.0
/* Calls to many CPUs, as C code makes them. */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/percpu.h>

#include "bench.h"

static DEFINE_PER_CPU(unsigned int, many_result);

static void c_nothing(void *info)
{
	this_cpu_write(many_result, smp_processor_id());
}

static u64 c_many_smp_wait(void *ctx, unsigned long n)
{
	return EACH(n, {
		preempt_disable();
		smp_call_function_many(cpu_online_mask, c_nothing, NULL, 1);
		preempt_enable();
	});
}

static u64 c_many_on_each(void *ctx, unsigned long n)
{
	return EACH(n, on_each_cpu(c_nothing, NULL, 1));
}

struct c_many_element {
	call_single_data_t csd;
	struct c_many *many;
	unsigned int result;
};

struct c_many {
	struct c_many_element __percpu *elements;
	atomic_t left;
	struct completion done;
};

static struct c_many many;

static void c_many_run(void *info)
{
	struct c_many_element *e = info;
	struct c_many *m = e->many;

	e->result = smp_processor_id();
	if (atomic_dec_and_test(&m->left))
		complete(&m->done);
}

static __always_inline void c_many_queue(bool self)
{
	unsigned int cpu, me;

	preempt_disable();
	me = smp_processor_id();
	/* One for the caller, until all are queued. */
	atomic_set(&many.left, 1);
	for_each_online_cpu(cpu) {
		if (cpu == me)
			continue;
		atomic_inc(&many.left);
		if (smp_call_function_single_async(cpu, &per_cpu_ptr(many.elements, cpu)->csd))
			atomic_dec(&many.left);
	}
	if (self) {
		atomic_inc(&many.left);
		smp_call_function_single_async(me, &per_cpu_ptr(many.elements, me)->csd);
	}
	if (atomic_dec_and_test(&many.left))
		complete(&many.done);
	preempt_enable();
}

static __always_inline void c_many_sum(void)
{
	unsigned int cpu;

	for_each_online_cpu(cpu)
		sum += per_cpu_ptr(many.elements, cpu)->result;
}

static u64 c_many_wait(void *ctx, unsigned long n)
{
	return EACH(n, {
		c_many_queue(false);
		wait_for_completion(&many.done);
	});
}

static u64 c_many_wait_all(void *ctx, unsigned long n)
{
	return EACH(n, {
		c_many_queue(true);
		wait_for_completion(&many.done);
	});
}

static u64 c_many_wait_sum(void *ctx, unsigned long n)
{
	return EACH(n, {
		c_many_queue(false);
		wait_for_completion(&many.done);
		c_many_sum();
	});
}

static u64 c_many_poll(void *ctx, unsigned long n)
{
	return EACH(n, {
		c_many_queue(false);
		while (!try_wait_for_completion(&many.done))
			cpu_relax();
	});
}

static u64 c_many_post(void *ctx, unsigned long n)
{
	return POST(n, c_many_queue(false), wait_for_completion(&many.done));
}

/* The kernel's mask call needs interrupts on. The next one must not wait for this one. */
static u64 c_many_smp_post(void *ctx, unsigned long n)
{
	u64 t, all = 0;

	while (n--) {
		preempt_disable();
		t = ticks();
		smp_call_function_many(cpu_online_mask, c_nothing, NULL, 0);
		all += ticks() - t;
		preempt_enable();
		usleep_range(100, 200);
	}
	return all;
}

int add_many(void)
{
	unsigned int cpu;

	many.elements = alloc_percpu(struct c_many_element);
	if (!many.elements)
		return -ENOMEM;
	init_completion(&many.done);
	for_each_possible_cpu(cpu) {
		struct c_many_element *e = per_cpu_ptr(many.elements, cpu);

		e->many = &many;
		INIT_CSD(&e->csd, c_many_run, e);
	}
	return ADD(c_many_smp_wait) ?: ADD(c_many_smp_post) ?: ADD(c_many_on_each) ?:
	       ADD(c_many_wait) ?: ADD(c_many_wait_all) ?: ADD(c_many_wait_sum) ?:
	       ADD(c_many_poll) ?: ADD(c_many_post);
}

void free_many(void)
{
	free_percpu(many.elements);
}
