// SPDX-License-Identifier: GPL-2.0
/* A csd that many CPUs may queue, as C code guards it: with a lock, or with a bit. */
#include <linux/atomic.h>
#include <linux/spinlock.h>

#include "bench.h"

struct c_shared_lock {
	call_single_data_t csd;
	spinlock_t lock; /* For pending and the csd. */
	bool pending;
	unsigned long attempts, runs;
};

static struct c_shared_lock shared_lock;

static void c_shared_lock_run(void *info)
{
	struct c_shared_lock *s = info;

	spin_lock(&s->lock);
	s->pending = false;
	spin_unlock(&s->lock);
	s->runs++;
}

static __always_inline bool c_shared_lock_fire(struct c_shared_lock *s, unsigned int cpu)
{
	unsigned long flags;
	bool queue;

	spin_lock_irqsave(&s->lock, flags);
	queue = !s->pending;
	if (queue) {
		s->pending = true;
		smp_call_function_single_async(cpu, &s->csd);
	}
	spin_unlock_irqrestore(&s->lock, flags);
	return queue;
}

struct c_shared_bit {
	call_single_data_t csd;
	atomic_t pending;
	unsigned long runs;
};

static struct c_shared_bit shared_bit;

static void c_shared_bit_run(void *info)
{
	struct c_shared_bit *s = info;

	atomic_xchg(&s->pending, 0);
	s->runs++;
}

static __always_inline bool c_shared_bit_fire(struct c_shared_bit *s, unsigned int cpu)
{
	if (atomic_xchg(&s->pending, 1))
		return false;
	smp_call_function_single_async(cpu, &s->csd);
	return true;
}

static __always_inline void c_shared_lock_settle(void)
{
	while (READ_ONCE(shared_lock.pending))
		cpu_relax();
}

static __always_inline void c_shared_bit_settle(void)
{
	while (atomic_read(&shared_bit.pending))
		cpu_relax();
}

static u64 c_shared_lock_queued(void *ctx, unsigned long n)
{
	return POST(n, sum += c_shared_lock_fire(&shared_lock, other), c_shared_lock_settle());
}

static u64 c_shared_bit_queued(void *ctx, unsigned long n)
{
	return POST(n, sum += c_shared_bit_fire(&shared_bit, other), c_shared_bit_settle());
}

static u64 c_shared_lock_busy(void *ctx, unsigned long n)
{
	unsigned long i;
	u64 t;

	local_irq_disable();
	c_shared_lock_fire(&shared_lock, other);
	t = ticks();
	for (i = 0; i < n; i++)
		sum += c_shared_lock_fire(&shared_lock, other);
	t = ticks() - t;
	local_irq_enable();
	c_shared_lock_settle();
	return t;
}

static u64 c_shared_bit_busy(void *ctx, unsigned long n)
{
	unsigned long i;
	u64 t;

	local_irq_disable();
	c_shared_bit_fire(&shared_bit, other);
	t = ticks();
	for (i = 0; i < n; i++)
		sum += c_shared_bit_fire(&shared_bit, other);
	t = ticks() - t;
	local_irq_enable();
	c_shared_bit_settle();
	return t;
}

static u64 c_shared_lock_round(void *ctx, unsigned long n)
{
	return EACH(n, {
		c_shared_lock_fire(&shared_lock, other);
		c_shared_lock_settle();
	});
}

static u64 c_shared_bit_round(void *ctx, unsigned long n)
{
	return EACH(n, {
		c_shared_bit_fire(&shared_bit, other);
		c_shared_bit_settle();
	});
}

int add_shared(void)
{
	spin_lock_init(&shared_lock.lock);
	INIT_CSD(&shared_lock.csd, c_shared_lock_run, &shared_lock);
	INIT_CSD(&shared_bit.csd, c_shared_bit_run, &shared_bit);
	return ADD(c_shared_lock_queued) ?: ADD(c_shared_lock_busy) ?: ADD(c_shared_lock_round) ?:
	       ADD(c_shared_bit_queued) ?: ADD(c_shared_bit_busy) ?: ADD(c_shared_bit_round);
}
