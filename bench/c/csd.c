// SPDX-License-Identifier: GPL-2.0
/* Calls to one CPU, as C code makes them. */
#include "bench.h"

static struct c_call one, flagged, guarded;

void complete_it(void *info)
{
	struct c_call *c = info;

	c->result = ++c->n;
	complete(&c->done);
}

static void set_flag(void *info)
{
	struct c_call *c = info;

	c->result = ++c->n;
	/* Pairs with the acquire in call_and_spin(). */
	smp_store_release(&c->flag, 1);
}

void count(void *info)
{
	struct c_call *c = info;

	c->result = ++c->n;
}

static __always_inline void call_and_wait(unsigned int cpu)
{
	if (!smp_call_function_single_async(cpu, &one.csd)) {
		wait_for_completion(&one.done);
		sum += one.result;
	}
}

static __always_inline void call_and_try(unsigned int cpu)
{
	if (!smp_call_function_single_async(cpu, &one.csd)) {
		while (!try_wait_for_completion(&one.done))
			cpu_relax();
		sum += one.result;
	}
}

/* Nothing can sleep until this has ended. */
static __always_inline void call_and_spin(unsigned int cpu)
{
	if (!smp_call_function_single_async(cpu, &flagged.csd)) {
		/* Pairs with the release in set_flag(). */
		while (!smp_load_acquire(&flagged.flag))
			cpu_relax();
		flagged.flag = 0;
		sum += flagged.result;
	}
}

/* All on the stack. */
static noinline void call_on_stack(unsigned int cpu)
{
	struct c_call c = { .n = sum };

	INIT_CSD(&c.csd, complete_it, &c);
	init_completion(&c.done);
	if (!smp_call_function_single_async(cpu, &c.csd)) {
		wait_for_completion(&c.done);
		sum += c.result;
	}
}

static __always_inline void call_by_kernel(unsigned int cpu)
{
	if (!smp_call_function_single(cpu, count, &one, 1))
		sum += one.result;
}

static u64 c_csd_self_wait(void *ctx, unsigned long n)
{
	return EACH(n, call_and_wait(here));
}

static u64 c_csd_self_try(void *ctx, unsigned long n)
{
	return EACH(n, call_and_try(here));
}

static u64 c_csd_self_flag(void *ctx, unsigned long n)
{
	return EACH(n, call_and_spin(here));
}

static u64 c_csd_self_stack(void *ctx, unsigned long n)
{
	return EACH(n, call_on_stack(here));
}

static u64 c_csd_self_single(void *ctx, unsigned long n)
{
	return EACH(n, call_by_kernel(here));
}

static u64 c_csd_there_wait(void *ctx, unsigned long n)
{
	return EACH(n, call_and_wait(other));
}

static u64 c_csd_there_poll(void *ctx, unsigned long n)
{
	return EACH(n, call_and_try(other));
}

static u64 c_csd_there_flag(void *ctx, unsigned long n)
{
	return EACH(n, call_and_spin(other));
}

static u64 c_csd_there_stack(void *ctx, unsigned long n)
{
	return EACH(n, call_on_stack(other));
}

static u64 c_csd_there_single(void *ctx, unsigned long n)
{
	return EACH(n, call_by_kernel(other));
}

static u64 c_csd_post(void *ctx, unsigned long n)
{
	return POST(n, {
		if (smp_call_function_single_async(other, &one.csd))
			pr_err("busy\n");
	}, wait_for_completion(&one.done));
}

/* As good code guards a csd: the twin of the token. */
static __always_inline int guarded_call(struct c_call *c, unsigned int cpu)
{
	if (xchg(&c->flag, 1))
		return -EBUSY;
	reinit_completion(&c->done);
	return smp_call_function_single_async(cpu, &c->csd);
}

static __always_inline unsigned long guarded_wait(struct c_call *c)
{
	unsigned long result;

	wait_for_completion(&c->done);
	result = c->result;
	/* Pairs with the xchg() of the next call. */
	smp_store_release(&c->flag, 0);
	return result;
}

static u64 c_guard_self_wait(void *ctx, unsigned long n)
{
	return EACH(n, {
		if (!guarded_call(&guarded, here))
			sum += guarded_wait(&guarded);
	});
}

static u64 c_guard_there_wait(void *ctx, unsigned long n)
{
	return EACH(n, {
		if (!guarded_call(&guarded, other))
			sum += guarded_wait(&guarded);
	});
}

static u64 c_guard_post(void *ctx, unsigned long n)
{
	return POST(n, {
		if (guarded_call(&guarded, other))
			pr_err("busy\n");
	}, guarded_wait(&guarded));
}

int add_csd(void)
{
	INIT_CSD(&one.csd, complete_it, &one);
	init_completion(&one.done);
	INIT_CSD(&flagged.csd, set_flag, &flagged);
	INIT_CSD(&guarded.csd, complete_it, &guarded);
	init_completion(&guarded.done);
	return ADD(c_csd_self_wait) ?: ADD(c_csd_self_try) ?: ADD(c_csd_self_flag) ?:
	       ADD(c_csd_self_stack) ?: ADD(c_csd_self_single) ?: ADD(c_csd_post) ?:
	       ADD(c_csd_there_wait) ?: ADD(c_csd_there_poll) ?: ADD(c_csd_there_flag) ?:
	       ADD(c_csd_there_stack) ?: ADD(c_csd_there_single) ?: ADD(c_guard_self_wait) ?:
	       ADD(c_guard_post) ?: ADD(c_guard_there_wait);
}
