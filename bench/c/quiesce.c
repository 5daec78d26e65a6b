// SPDX-License-Identifier: GPL-2.0
/* A callback that is replaced while other CPUs call it. */
#include <linux/rcupdate.h>
#include <linux/stop_machine.h>

#include "bench.h"

struct c_handler {
	void (*fn)(struct c_handler *h, const unsigned long *arg);
	unsigned long runs;
};

static struct c_handler __rcu *handler;
static struct c_handler handlers[2];

static void c_handle(struct c_handler *h, const unsigned long *arg)
{
	h->runs += *arg;
}

static u64 c_handler_call(void *ctx, unsigned long n)
{
	unsigned long i, arg = 1;
	u64 t;

	local_irq_disable();
	t = ticks();
	for (i = 0; i < n; i++) {
		struct c_handler *h;

		rcu_read_lock();
		h = rcu_dereference(handler);
		h->fn(h, &arg);
		rcu_read_unlock();
		barrier();
	}
	t = ticks() - t;
	local_irq_enable();
	return t;
}

/* Interrupts are off: no section is needed. */
static u64 c_handler_call_sched(void *ctx, unsigned long n)
{
	unsigned long i, arg = 1;
	u64 t;

	local_irq_disable();
	t = ticks();
	for (i = 0; i < n; i++) {
		struct c_handler *h = rcu_dereference_raw(handler);

		h->fn(h, &arg);
		barrier();
	}
	t = ticks() - t;
	local_irq_enable();
	return t;
}

static int c_swap(void *unused)
{
	struct c_handler *h = rcu_dereference_raw(handler);

	rcu_assign_pointer(handler, h == &handlers[0] ? &handlers[1] : &handlers[0]);
	return 0;
}

static u64 c_handler_stop_machine(void *ctx, unsigned long n)
{
	return EACH(n, stop_machine(c_swap, NULL, NULL));
}

static u64 c_handler_replace_exp(void *ctx, unsigned long n)
{
	return EACH(n, {
		c_swap(NULL);
		synchronize_rcu_expedited();
	});
}

static u64 c_handler_replace_gp(void *ctx, unsigned long n)
{
	return EACH(n, {
		c_swap(NULL);
		synchronize_rcu();
	});
}

int add_quiesce(void)
{
	handlers[0].fn = c_handle;
	handlers[1].fn = c_handle;
	RCU_INIT_POINTER(handler, &handlers[0]);
	return ADD(c_handler_call) ?: ADD(c_handler_call_sched) ?: ADD(c_handler_stop_machine) ?:
	       ADD(c_handler_replace_exp) ?: ADD(c_handler_replace_gp);
}
