// SPDX-License-Identifier: GPL-2.0
/* How large objects are: "ticks" are bytes. */
#include "bench.h"

static u64 c_size_call(void *ctx, unsigned long n)
{
	return n * sizeof(struct c_call);
}

static u64 c_size_work(void *ctx, unsigned long n)
{
	return n * sizeof(struct irq_work);
}

int add_sizes(void)
{
	return ADD(c_size_call) ?: ADD(c_size_work);
}
