// SPDX-License-Identifier: GPL-2.0

#include <linux/preempt.h>
#include <linux/smp.h>

static bool unload_refuses(const void *const *callback);

/*
 * Queue @csd on @cpu unless the module that *@callback lies in is going, or gone.
 *
 * Preemption is off from the check to the queueing, which makes the pair an
 * RCU reader: unload.c waits for a grace period after it has closed the gate,
 * and then knows that whoever passed it has queued. It also makes the answer
 * in @inline_call stable: the call runs within this function.
 */
__rust_helper int rust_helper_csd_queue(unsigned int cpu,
					call_single_data_t *csd,
					const void *const *callback, bool *inline_call)
{
	int err;

	preempt_disable();
	*inline_call = cpu == smp_processor_id();
	err = unload_refuses(callback) ? -ESHUTDOWN :
					 smp_call_function_single_async(cpu, csd);
	preempt_enable();

	return err;
}
