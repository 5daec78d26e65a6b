// SPDX-License-Identifier: GPL-2.0

#include <linux/cpumask.h>
#include <linux/percpu.h>

#define CREATE_TRACE_POINTS
#include "trace.h"

enum crosscall_stat {
	/* Calls that this CPU queued, callbacks that it ran. */
	CSD_QUEUED,
	CSD_RAN,
	/*
	 * Calls that this CPU could not queue: the csd was in use (EBUSY), the
	 * target offline (ENXIO), the caller's module going (ESHUTDOWN), or this
	 * was an NMI (EPERM).
	 */
	CSD_BUSY,
	CSD_OFFLINE,
	CSD_REFUSED,
	/* Waits for a call to this CPU that timed out. */
	CSD_STALLED,
	/*
	 * Works that this CPU queued; that were pending already, and run once;
	 * that could not be queued, because the CPU was offline or for another
	 * reason; and that it ran.
	 */
	WORK_QUEUED,
	WORK_COALESCED,
	WORK_OFFLINE,
	WORK_REFUSED,
	WORK_RAN,
	/* Handlers that this CPU replaced, flushes that it asked for. */
	HANDLER_REPLACED,
	FLUSHED,
	CROSSCALL_NR_STATS,
};

static const char *const stat_names[CROSSCALL_NR_STATS] = {
	[CSD_QUEUED] = "queued",
	[CSD_RAN] = "ran",
	[CSD_BUSY] = "busy",
	[CSD_OFFLINE] = "offline",
	[CSD_REFUSED] = "refused",
	[CSD_STALLED] = "stalled",
	[WORK_QUEUED] = "work_queued",
	[WORK_COALESCED] = "work_coalesced",
	[WORK_OFFLINE] = "work_offline",
	[WORK_REFUSED] = "work_refused",
	[WORK_RAN] = "work_ran",
	[HANDLER_REPLACED] = "handler_replaced",
	[FLUSHED] = "flushed",
};

/* Each counter is written only by its own CPU, except CSD_STALLED. */
struct crosscall_stats {
	unsigned long count[CROSSCALL_NR_STATS];
	atomic_long_t stalled;
};

static DEFINE_PER_CPU(struct crosscall_stats, crosscall_stats);

static void count_here(enum crosscall_stat which)
{
	this_cpu_inc(crosscall_stats.count[which]);
}

__rust_helper void rust_helper_csd_count_refused(const void *call, unsigned int cpu, int err)
{
	count_here(err == -EBUSY ? CSD_BUSY : err == -ENXIO ? CSD_OFFLINE : CSD_REFUSED);
	trace_crosscall_refused(call, cpu, err);
}

/* Counts what C returned for a call. Returns @err. */
static int csd_count(const void *call, unsigned int cpu, int err)
{
	if (likely(!err))
		count_here(CSD_QUEUED);
	else
		rust_helper_csd_count_refused(call, cpu, err);

	return err;
}

__rust_helper void rust_helper_csd_count_ran(const void *call)
{
	count_here(CSD_RAN);
	trace_crosscall_run(call);
}

__rust_helper void rust_helper_csd_trace_done(const void *call)
{
	trace_crosscall_done(call);
}

/* Counted for the CPU where the call is stuck, by any CPU that waits for it. */
__rust_helper void rust_helper_csd_count_stalled(unsigned int cpu)
{
	atomic_long_inc(&per_cpu_ptr(&crosscall_stats, cpu)->stalled);
}

/* Any context, NMI included: where this_cpu_inc() is no single instruction, one may be lost. */
__rust_helper void rust_helper_irq_work_count_queued(const void *work, unsigned int cpu,
						     const void *run)
{
	count_here(WORK_QUEUED);
	trace_crosscall_queued(work, cpu, run);
}

__rust_helper void rust_helper_irq_work_count_coalesced(const void *work)
{
	count_here(WORK_COALESCED);
	trace_crosscall_coalesced(work);
}

__rust_helper void rust_helper_irq_work_count_refused(const void *work, unsigned int cpu, int err)
{
	count_here(err == -ENXIO ? WORK_OFFLINE : WORK_REFUSED);
	trace_crosscall_refused(work, cpu, err);
}

__rust_helper void rust_helper_irq_work_count_ran(const void *work)
{
	count_here(WORK_RAN);
	trace_crosscall_run(work);
}

__rust_helper void rust_helper_quiesce_count_replaced(void)
{
	count_here(HANDLER_REPLACED);
}

__rust_helper void rust_helper_quiesce_count_flushed(void)
{
	count_here(FLUSHED);
}

/* NULL: there is no such counter. */
__rust_helper const char *rust_helper_stat_name(unsigned int which)
{
	return which < CROSSCALL_NR_STATS ? stat_names[which] : NULL;
}

__rust_helper unsigned long rust_helper_stat(unsigned int cpu, unsigned int which)
{
	const struct crosscall_stats *stats;

	if (!cpu_possible(cpu))
		return 0;

	stats = per_cpu_ptr(&crosscall_stats, cpu);
	if (which == CSD_STALLED)
		return atomic_long_read(&stats->stalled);

	return READ_ONCE(stats->count[which]);
}
