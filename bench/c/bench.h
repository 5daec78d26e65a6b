/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CROSSCALL_BENCH_H
#define CROSSCALL_BENCH_H

#include <linux/completion.h>
#include <linux/irq_work.h>
#include <linux/module.h>
#include <linux/smp.h>
#include <linux/timekeeping.h>
#include <linux/types.h>

/* How many works are queued in one go. */
#define BATCH 64

/* With -icount shift=0 QEMU's time stamp counter counts the instructions of all CPUs. */
static __always_inline u64 ticks(void)
{
#ifdef CONFIG_X86_64
	u32 low, high;

	asm volatile("rdtsc" : "=a"(low), "=d"(high) :: "memory");
	return (u64)high << 32 | low;
#else
	return ktime_get_mono_fast_ns();
#endif
}

/* The ticks that n operations took. */
typedef u64 (*bench_fn)(void *ctx, unsigned long n);

/* The owner removes its operations before op and ctx go. */
int bench_add(const void *owner, const char *name, bench_fn op, void *ctx);
void bench_remove(const void *owner);
/* The CPU that the bench runs on, and the other one. */
void bench_cpus(unsigned int *here, unsigned int *other);

/* The ticks that n operations take, each of which ends before the next begins. */
#define EACH(n, op)							\
({									\
	unsigned long i;						\
	u64 start = ticks();						\
									\
	for (i = 0; i < (n); i++) {					\
		op;							\
	}								\
	ticks() - start;						\
})

/* Those of the sender alone, interrupts off, each time; then wait for the rest. */
#define POST(n, op, rest)						\
({									\
	unsigned long i;						\
	u64 start, all = 0;						\
									\
	for (i = 0; i < (n); i++) {					\
		local_irq_disable();					\
		start = ticks();					\
		op;							\
		all += ticks() - start;					\
		local_irq_enable();					\
		rest;							\
	}								\
	all;								\
})

/* One call from a CPU to another, which waits until it has ended. May sleep. */
typedef void (*bench_call_fn)(void *ctx, unsigned int from, unsigned int to);
/* The ticks until so many CPUs have made n calls each, all at the same time; see rate.c. */
u64 bench_rate(unsigned int senders, bench_call_fn call, void *ctx, unsigned long n);

/* The same for this module, and where results go. */
extern unsigned int here, other;
extern unsigned long sum;

struct c_call {
	call_single_data_t csd;
	struct completion done;
	unsigned long n, result;
	int flag;
};

/* What the calls do, see csd.c: count, and say that it is done. */
void count(void *info);
void complete_it(void *info);

struct c_work {
	struct irq_work work;
	unsigned long n;
};

/* What each file adds. */
int add_csd(void);
int add_irq_work(void);
int add_many(void);
int add_shared(void);
int add_quiesce(void);
int add_checked(void);
int add_rate(void);
int add_sizes(void);
void free_many(void);
void free_rate(void);

#define ADD(name) bench_add(THIS_MODULE, #name, name, NULL)

#endif
