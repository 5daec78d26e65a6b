// SPDX-License-Identifier: GPL-2.0

#include <linux/preempt.h>
#include <linux/smp.h>

#include "trace.h"

static bool unload_refuses(const void *callback);
static int csd_count(const void *call, unsigned int cpu, int err);

/*
 * Hand @csd to C, and count what has become of it. Preemption is off, so that
 * the CPU that queues counts. The event comes first: the callback may run at
 * once, on @cpu or in here. If C refuses, crosscall_refused follows it.
 */
static __always_inline int csd_send(unsigned int cpu, call_single_data_t *csd, const void *callback)
{
	trace_crosscall_queued(csd, cpu, callback);

	return csd_count(csd, cpu, smp_call_function_single_async(cpu, csd));
}

__rust_helper int rust_helper_csd_send(unsigned int cpu, call_single_data_t *csd,
				       const void *callback)
{
	return csd_send(cpu, csd, callback);
}

/*
 * Queue @csd on @cpu unless the module that @callback lies in is going.
 *
 * Preemption is off from the check to the queueing, which makes the pair an
 * RCU reader: unload.c waits for a grace period after it has closed the gate,
 * and then knows that whoever passed it has queued. It also makes the answer
 * in @inline_call stable: the call runs within this function.
 */
__rust_helper int rust_helper_csd_queue(unsigned int cpu,
					call_single_data_t *csd,
					const void *callback, bool *inline_call)
{
	int err;

	preempt_disable();
	*inline_call = cpu == smp_processor_id();
	err = unlikely(unload_refuses(callback)) ? csd_count(csd, cpu, -ESHUTDOWN) :
						   csd_send(cpu, csd, callback);
	preempt_enable();

	return err;
}
