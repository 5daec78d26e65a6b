// SPDX-License-Identifier: GPL-2.0
/*
 * Does irq_work_sync() wait for a work that runs on two CPUs at once?
 *
 * PENDING is cleared before the callback, so that a work can be queued again
 * while its callback runs, and then runs on the second CPU too:
 *
 *	first CPU		second CPU		CPU that loads this
 *
 *	callback starts
 *				queue, callback starts
 *	callback returns
 *							irq_work_sync()
 *				callback returns
 *
 * Each callback spins until it is told to return, so that this is what happens
 * and not what may happen. Plays it for hard and for normal works, with either
 * callback the first to return, and, as a control, with one callback only. Then
 * leaves it to chance: all other CPUs queue one work, whose callback is short.
 *
 * Reports what the kernel does; expect= makes it a test.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/hash.h>
#include <linux/irq_work.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/smp.h>
#include <linux/timekeeping.h>

static int expect = -1;
module_param(expect, int, 0444);
MODULE_PARM_DESC(expect, "-1: report only, 0: irq_work_sync() returns early, 1: it waits");

/* A callback holds up its CPU for at most this long, whatever happens. */
#define LIMIT_NS (250 * NSEC_PER_MSEC)
/* What irq_work_sync() has to wait for. */
#define HOLD_NS (100 * NSEC_PER_MSEC)
#define ROUNDS 3
/* Rounds that we were too slow for do not count. */
#define TRIES 20
#define CHANCE_NS NSEC_PER_SEC

/* One callback of the work, on the one CPU where it is queued, and what follows it there. */
struct side {
	int cpu;
	u64 until;
	bool started;
	bool ended;
	bool flushed;
	struct irq_work next;
};

/* Nothing here is freed before the module is: a work is touched after its callback. */
static struct side sides[2];
static struct irq_work work;

enum order { ALONE, FIRST_ENDS_FIRST, SECOND_ENDS_FIRST, BY_CHANCE };

static const struct scenario {
	const char *name;
	int flags;
	enum order order;
} scenarios[] = {
	{ "hard_alone", IRQ_WORK_HARD_IRQ, ALONE },
	{ "hard_first_ends_first", IRQ_WORK_HARD_IRQ, FIRST_ENDS_FIRST },
	{ "hard_second_ends_first", IRQ_WORK_HARD_IRQ, SECOND_ENDS_FIRST },
	{ "hard_by_chance", IRQ_WORK_HARD_IRQ, BY_CHANCE },
	{ "normal_alone", 0, ALONE },
	{ "normal_first_ends_first", 0, FIRST_ENDS_FIRST },
	{ "normal_second_ends_first", 0, SECOND_ENDS_FIRST },
	{ "normal_by_chance", 0, BY_CHANCE },
};

/* What a scenario showed: the flags and the time of the last round, and how many rounds were so. */
struct seen {
	int first_runs;
	int both_run;
	int one_ended;
	int at_rest;
	u64 ns;
	int rounds;
	int busy;
	int early;
	bool stays_busy;
};

static void callback(struct irq_work *unused)
{
	struct side *side = &sides[raw_smp_processor_id() == sides[1].cpu];

	WRITE_ONCE(side->started, true);
	while (ktime_get_mono_fast_ns() < READ_ONCE(side->until))
		cpu_relax();
	/* Pairs with smp_load_acquire() in wait_for(). */
	smp_store_release(&side->ended, true);
}

/* Callbacks end by themselves, so a wait for one needs no limit. */
static void wait_for(bool *flag)
{
	/* Pairs with smp_store_release() in callback(). */
	while (!smp_load_acquire(flag))
		usleep_range(50, 100);
}

static void hold(struct side *side, u64 ns)
{
	WRITE_ONCE(side->until, ktime_get_mono_fast_ns() + ns);
}

static void queue_here(void *queued)
{
	irq_work_queue(queued);
}

/* irq_work_queue_on() is not exported. */
static void queue_on(int cpu, struct irq_work *queued)
{
	smp_call_function_single(cpu, queue_here, queued, true);
}

static int start(struct side *side)
{
	hold(side, LIMIT_NS);
	queue_on(side->cpu, &work);
	wait_for(&side->started);
	return atomic_read(&work.node.a_flags);
}

static void flushed(struct irq_work *next)
{
	/* Pairs with smp_load_acquire() in wait_for(). */
	smp_store_release(&container_of(next, struct side, next)->flushed, true);
}

/*
 * Lets a callback return, and waits until irq_work_single() is through with it:
 * works of one kind run one after the other on a CPU. No irq_work_sync() here:
 * it may wait for a grace period, and so for the other callback.
 */
static int end(struct side *side)
{
	hold(side, 0);
	wait_for(&side->ended);
	queue_on(side->cpu, &side->next);
	wait_for(&side->flushed);
	return atomic_read(&work.node.a_flags);
}

static void sync(struct side *side, struct seen *seen)
{
	bool busy, early;
	u64 start;

	busy = irq_work_is_busy(&work);
	start = ktime_get_mono_fast_ns();
	irq_work_sync(&work);
	seen->ns = ktime_get_mono_fast_ns() - start;
	/* Pairs with smp_store_release() in callback(). */
	early = !smp_load_acquire(&side->ended);

	seen->rounds++;
	seen->busy += busy;
	seen->early += early;
}

static void play(const struct scenario *scenario, struct seen *seen)
{
	/* The one that irq_work_sync() is to wait for. */
	struct side *last = &sides[scenario->order == FIRST_ENDS_FIRST];
	/* Unless we are so slow that a callback reaches its limit before its turn. */
	bool as_planned = true;

	work = __IRQ_WORK_INIT(callback, scenario->flags);
	for (int i = 0; i < 2; i++) {
		sides[i].started = false;
		sides[i].ended = false;
		sides[i].flushed = false;
		sides[i].next = __IRQ_WORK_INIT(flushed, scenario->flags);
	}

	seen->first_runs = start(&sides[0]);
	if (scenario->order != ALONE) {
		seen->both_run = start(&sides[1]);
		as_planned = !READ_ONCE(sides[0].ended);
		seen->one_ended = end(&sides[last == &sides[0]]);
	}
	hold(last, HOLD_NS);
	if (as_planned && !READ_ONCE(last->ended))
		sync(last, seen);

	/* Whatever irq_work_sync() did, nothing runs any more after this. */
	seen->at_rest = end(last);
	seen->stays_busy |= irq_work_is_busy(&work);
	irq_work_sync(&sides[0].next);
	irq_work_sync(&sides[1].next);
}

static atomic_t running;

/* Takes up to 131 us, each time another. */
static void short_callback(struct irq_work *unused)
{
	static atomic_t runs;
	u64 until = ktime_get_mono_fast_ns() + hash_32(atomic_inc_return(&runs), 17);

	atomic_inc(&running);
	while (ktime_get_mono_fast_ns() < until)
		cpu_relax();
	atomic_dec(&running);
}

static void leave_to_chance(const struct scenario *scenario, struct seen *seen)
{
	u64 until = ktime_get_mono_fast_ns() + CHANCE_NS;

	work = __IRQ_WORK_INIT(short_callback, scenario->flags);
	while (ktime_get_mono_fast_ns() < until) {
		smp_call_function(queue_here, &work, true);
		/* All have queued it and nobody will again. */
		irq_work_sync(&work);
		seen->rounds++;
		seen->early += atomic_read(&running) > 0;
		while (atomic_read(&running))
			cpu_relax();
		cond_resched();
	}
	/* irq_work_single() may not be through with the work. */
	synchronize_rcu();
	seen->at_rest = atomic_read(&work.node.a_flags);
	seen->stays_busy = irq_work_is_busy(&work);
}

/* What is wrong, or NULL. */
static const char *verdict(const struct scenario *scenario, const struct seen *seen)
{
	/* There irq_work_sync() ends with a grace period, which the callback delays. */
	bool saved_by_rcu = IS_ENABLED(CONFIG_PREEMPT_RT) && !scenario->flags;
	bool by_chance = scenario->order == BY_CHANCE;

	if (seen->rounds < ROUNDS)
		return "too slow to play it";
	if (seen->stays_busy)
		return "the work stays busy";
	if (scenario->order == ALONE || expect == 1) {
		if (seen->early)
			return "irq_work_sync() returned early";
		if (!by_chance && seen->busy < seen->rounds)
			return "the work did not look busy";
	} else if (expect == 0 && !by_chance) {
		if (seen->busy)
			return "the work looked busy";
		if (!seen->early && !saved_by_rcu)
			return "irq_work_sync() waited";
	}
	return NULL;
}

static void describe(const struct scenario *scenario, const struct seen *seen)
{
	const char *name = scenario->name;

	if (scenario->order == BY_CHANCE) {
		pr_info("ktap: # %s: irq_work_sync() early in %d of %d rounds, flags 0x%02x at rest\n",
			name, seen->early, seen->rounds, seen->at_rest);
		return;
	}
	if (scenario->order == ALONE)
		pr_info("ktap: # %s: flags 0x%02x runs, 0x%02x at rest\n", name,
			seen->first_runs, seen->at_rest);
	else
		pr_info("ktap: # %s: flags 0x%02x first runs, 0x%02x both run, 0x%02x one ended, 0x%02x at rest\n",
			name, seen->first_runs, seen->both_run, seen->one_ended, seen->at_rest);
	pr_info("ktap: # %s: busy in %d, irq_work_sync() early in %d of %d rounds, after %llu us\n",
		name, seen->busy, seen->early, seen->rounds, div_u64(seen->ns, NSEC_PER_USEC));
}

static void run(const struct scenario *scenario, struct seen *seen)
{
	if (scenario->order == BY_CHANCE) {
		leave_to_chance(scenario, seen);
		return;
	}
	for (int n = 0; n < TRIES && seen->rounds < ROUNDS; n++)
		play(scenario, seen);
}

/* Two CPUs beside the one we are on. */
static bool choose_cpus(void)
{
	int count = 0, cpu;

	for_each_online_cpu(cpu) {
		if (cpu != smp_processor_id() && count < 2)
			sides[count++].cpu = cpu;
	}
	return count == 2;
}

static void report(void)
{
	pr_info("ktap: 1..%zu\n", ARRAY_SIZE(scenarios));
	for (int i = 0; i < ARRAY_SIZE(scenarios); i++) {
		const struct scenario *scenario = &scenarios[i];
		struct seen seen = {};
		const char *wrong;

		run(scenario, &seen);
		describe(scenario, &seen);
		wrong = verdict(scenario, &seen);
		pr_info("ktap: %sok %d %s%s%s\n", wrong ? "not " : "", i + 1,
			scenario->name, wrong ? " # " : "", wrong ?: "");
	}
}

static int __init irq_work_sync_init(void)
{
	bool enough;

	if (expect < -1 || expect > 1) {
		pr_err("expect=%d: must be -1, 0 or 1\n", expect);
		return -EINVAL;
	}
	/* CPUs stay online, and we stay on ours. */
	cpus_read_lock();
	migrate_disable();
	enough = choose_cpus();
	if (enough)
		report();
	migrate_enable();
	cpus_read_unlock();
	if (!enough)
		pr_err("needs 3 CPUs online, there are %u\n", num_online_cpus());
	return enough ? 0 : -ENODEV;
}
module_init(irq_work_sync_init);

static void __exit irq_work_sync_exit(void)
{
	/* Interrupt handlers are readers: irq_work_single() may look at a work once more. */
	synchronize_rcu();
}
module_exit(irq_work_sync_exit);

MODULE_DESCRIPTION("irq_work_sync() and a work that runs on two CPUs");
MODULE_LICENSE("GPL");
