// SPDX-License-Identifier: GPL-2.0

#include <linux/errno.h>
#include <linux/percpu.h>

#include "state.h"

/* Rare, like unload_is_closed(). */
static noinline __cold __preserve_most void trace_queued(const void *call, unsigned int cpu,
							 const void *const *const *code)
{
	crosscall_trace_queued(call, cpu, callback_of(code));
}

static noinline __cold __preserve_most void trace_coalesced(const void *work)
{
	crosscall_trace_coalesced(work);
}

static void count_here(enum crosscall_stat which)
{
	this_cpu_inc(crosscall_stats.count[which]);
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

/* @n calls, by this CPU. Preemption is off. */
__rust_helper void rust_helper_csd_count_queued(unsigned long n)
{
	this_cpu_add(crosscall_stats.count[CSD_QUEUED], n);
}

__rust_helper void rust_helper_csd_count_ran(const void *call)
{
	count_here(CSD_RAN);
	if (tracepoint_enabled(crosscall_run))
		crosscall_trace_run(call);
}

__rust_helper void rust_helper_csd_trace_done(const void *call)
{
	if (tracepoint_enabled(crosscall_done))
		crosscall_trace_done(call);
}

/* Any context, NMI included: where this_cpu_inc() is no single instruction, one may be lost. */
__rust_helper void rust_helper_irq_work_count_queued(const void *work, unsigned int cpu,
						     const void *const *const *code)
{
	count_here(WORK_QUEUED);
	if (tracepoint_enabled(crosscall_queued))
		trace_queued(work, cpu, code);
}

__rust_helper void rust_helper_irq_work_count_coalesced(const void *work)
{
	count_here(WORK_COALESCED);
	if (tracepoint_enabled(crosscall_coalesced))
		trace_coalesced(work);
}

__rust_helper void rust_helper_irq_work_count_ran(const void *work)
{
	count_here(WORK_RAN);
	if (tracepoint_enabled(crosscall_run))
		crosscall_trace_run(work);
}
