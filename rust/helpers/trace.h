/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM crosscall

#if !defined(_CROSSCALL_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _CROSSCALL_TRACE_H

#include <linux/tracepoint.h>

/*
 * The csd:* events of the kernel show the trampoline of crosscall for a call to
 * another CPU, and nothing for one to the caller's own; these show the callback
 * of either. @call pairs the events of one call.
 */
TRACE_EVENT(crosscall_queued,
	TP_PROTO(const void *call, unsigned int cpu, const void *run),
	TP_ARGS(call, cpu, run),
	TP_STRUCT__entry(
		__field(const void *, call)
		__field(const void *, run)
		__field(unsigned int, cpu)
	),
	TP_fast_assign(
		__entry->call = call;
		__entry->run = run;
		__entry->cpu = cpu;
	),
	TP_printk("call=%p cpu=%u callback=%ps", __entry->call, __entry->cpu, __entry->run)
);

TRACE_EVENT(crosscall_refused,
	TP_PROTO(const void *call, unsigned int cpu, int err),
	TP_ARGS(call, cpu, err),
	TP_STRUCT__entry(
		__field(const void *, call)
		__field(unsigned int, cpu)
		__field(int, err)
	),
	TP_fast_assign(
		__entry->call = call;
		__entry->cpu = cpu;
		__entry->err = err;
	),
	TP_printk("call=%p cpu=%u err=%d", __entry->call, __entry->cpu, __entry->err)
);

DECLARE_EVENT_CLASS(crosscall_call,
	TP_PROTO(const void *call),
	TP_ARGS(call),
	TP_STRUCT__entry(
		__field(const void *, call)
	),
	TP_fast_assign(
		__entry->call = call;
	),
	TP_printk("call=%p", __entry->call)
);

DEFINE_EVENT(crosscall_call, crosscall_coalesced, TP_PROTO(const void *call), TP_ARGS(call));
DEFINE_EVENT(crosscall_call, crosscall_run, TP_PROTO(const void *call), TP_ARGS(call));
DEFINE_EVENT(crosscall_call, crosscall_done, TP_PROTO(const void *call), TP_ARGS(call));

#endif /* _CROSSCALL_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
