/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CROSSCALL_STATE_H
#define _CROSSCALL_STATE_H

/*
 * What the files of inline.c use and must not define: state, of which there
 * would be two, and functions that are cold.
 */

#include <linux/atomic.h>
#include <linux/percpu-defs.h>
#include <linux/rcupdate.h>
#include <linux/tracepoint-defs.h>

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

/* Each counter is written only by its own CPU, except CSD_STALLED. */
struct crosscall_stats {
	unsigned long count[CROSSCALL_NR_STATS];
	atomic_long_t stalled;
};

DECLARE_PER_CPU(struct crosscall_stats, crosscall_stats);

/*
 * The events of trace.h. Only their static keys are inlined: tracing is off as
 * a rule.
 */
DECLARE_TRACEPOINT(crosscall_queued);
DECLARE_TRACEPOINT(crosscall_coalesced);
DECLARE_TRACEPOINT(crosscall_run);
DECLARE_TRACEPOINT(crosscall_done);

void crosscall_trace_queued(const void *call, unsigned int cpu, const void *run);
void crosscall_trace_coalesced(const void *call);
void crosscall_trace_run(const void *call);
void crosscall_trace_done(const void *call);

void rust_helper_csd_count_refused(const void *call, unsigned int cpu, int err);

/*
 * The number of clients that are closed or have left objects behind. Read on
 * every queueing, written only at unload.
 */
extern unsigned int crosscall_clients_closed;

/*
 * The callback of an object. @code is where that has the address of its vtable,
 * which unload changes (origin.rs), and which begins with the address of the
 * callback. The caller is an RCU reader, so that the vtable does not go.
 */
static inline const void *callback_of(const void *const *const *code)
{
	RCU_LOCKDEP_WARN(!rcu_read_lock_any_held(), "crosscall: no RCU reader");
	return *READ_ONCE(*code);
}

/*
 * Whether the client whose code @callback is was closed. The caller is an RCU
 * reader. Not on the hot path: some module is going, or has left objects behind.
 */
bool crosscall_is_closed(const void *callback);

#endif /* _CROSSCALL_STATE_H */
