// SPDX-License-Identifier: GPL-2.0

#include <linux/errno.h>
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/smp.h>

#include "state.h"

static bool unload_refuses(const void *const *callback);
static int csd_count(const void *call, unsigned int cpu, int err);

/*
 * Run @csd on this CPU. smp_call_function_single_async() does the same, and
 * locks and unlocks the csd before: for nobody, since no other CPU has it.
 */
static int csd_run_here(call_single_data_t *csd)
{
	unsigned long flags;

	/* Other code has locked it. */
	if (unlikely(csd->node.u_flags & CSD_FLAG_LOCK))
		return -EBUSY;
	local_irq_save(flags);
	csd->func(csd->info);
	local_irq_restore(flags);

	return 0;
}

/*
 * Run @csd, or hand it to C for another CPU. Preemption is off, so that the
 * caller can count the outcome for the CPU that queues. The event comes first:
 * the callback may run at once, on @cpu or in here. If C refuses,
 * crosscall_refused follows it.
 */
__rust_helper int rust_helper_csd_send(unsigned int cpu, call_single_data_t *csd,
				       const void *const *callback)
{
	if (tracepoint_enabled(crosscall_queued))
		crosscall_trace_queued(csd, cpu, READ_ONCE(*callback));

	return cpu == smp_processor_id() ? csd_run_here(csd) :
					   smp_call_function_single_async(cpu, csd);
}

/*
 * Queue @csd on @cpu unless the module that *@callback lies in is going, or gone.
 *
 * Preemption is off from the check to the queueing, which makes the pair an RCU
 * reader: unload waits for a grace period after it has closed the gate, and
 * then all callers that passed the gate have queued. It also makes the answer
 * in @inline_call, which only lockdep needs, stable: the call runs within this
 * function.
 *
 * An NMI is refused: the code that it hit may be using the interrupt
 * controller, or a lock that a callback takes which would run inline.
 */
__rust_helper int rust_helper_csd_queue(unsigned int cpu,
					call_single_data_t *csd,
					const void *const *callback, bool *inline_call)
{
	int err;

	preempt_disable();
	if (IS_ENABLED(CONFIG_LOCKDEP))
		*inline_call = cpu == smp_processor_id();
	if (unlikely(in_nmi()))
		err = csd_count(csd, cpu, -EPERM);
	else if (unlikely(unload_refuses(callback)))
		err = csd_count(csd, cpu, -ESHUTDOWN);
	else
		err = csd_count(csd, cpu, rust_helper_csd_send(cpu, csd, callback));
	preempt_enable();

	return err;
}
