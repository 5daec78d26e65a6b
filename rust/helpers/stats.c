// SPDX-License-Identifier: GPL-2.0

#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/percpu.h>

#include "state.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

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

DEFINE_PER_CPU(struct crosscall_stats, crosscall_stats);

/* Out of line: tracing is off as a rule. */
noinline void crosscall_trace_queued(const void *call, unsigned int cpu, const void *run)
{
	trace_crosscall_queued(call, cpu, run);
}

noinline void crosscall_trace_coalesced(const void *call)
{
	trace_crosscall_coalesced(call);
}

noinline void crosscall_trace_run(const void *call)
{
	trace_crosscall_run(call);
}

noinline void crosscall_trace_done(const void *call)
{
	trace_crosscall_done(call);
}

__rust_helper void rust_helper_csd_count_refused(const void *call, unsigned int cpu, int err)
{
	count_here(err == -EBUSY ? CSD_BUSY : err == -ENXIO ? CSD_OFFLINE : CSD_REFUSED);
	trace_crosscall_refused(call, cpu, err);
}

/* Counted for the CPU where the call is stuck, by any CPU that waits for it. */
__rust_helper void rust_helper_csd_count_stalled(unsigned int cpu)
{
	atomic_long_inc(&per_cpu_ptr(&crosscall_stats, cpu)->stalled);
}

__rust_helper void rust_helper_irq_work_count_refused(const void *work, unsigned int cpu, int err)
{
	count_here(err == -ENXIO ? WORK_OFFLINE : WORK_REFUSED);
	trace_crosscall_refused(work, cpu, err);
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
