// SPDX-License-Identifier: GPL-2.0

#include <linux/errno.h>
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/smp.h>

#include "state.h"

static bool unload_refuses(const void *const *const *code);
static int csd_count(const void *call, unsigned int cpu, int err);
static void count_here(enum crosscall_stat which);
static void trace_queued(const void *call, unsigned int cpu, const void *const *const *code);

/* Whether other code has locked it. */
static bool csd_is_locked(const call_single_data_t *csd)
{
	return csd->node.u_flags & CSD_FLAG_LOCK;
}

/*
 * Run @csd on this CPU. smp_call_function_single_async() does the same, and
 * locks and unlocks the csd before: for nobody, since no other CPU has it.
 */
static int csd_run_here(call_single_data_t *csd)
{
	unsigned long flags;

	if (unlikely(csd_is_locked(csd)))
		return -EBUSY;
	local_irq_save(flags);
	csd->func(csd->info);
	local_irq_restore(flags);

	return 0;
}

/* Events name the call by the argument of its csd, which is what the run has. */
static void csd_trace_queued(unsigned int cpu, const call_single_data_t *csd,
			     const void *const *const *code)
{
	if (tracepoint_enabled(crosscall_queued))
		trace_queued(csd->info, cpu, code);
}

/*
 * Run @csd, or hand it to C for another CPU. Preemption is off, so that the
 * caller can count the outcome for the CPU that queues. The event comes first:
 * the callback may run at once, on @cpu or in here. If C refuses,
 * crosscall_refused follows it.
 */
__rust_helper int rust_helper_csd_send(unsigned int cpu, call_single_data_t *csd,
				       const void *const *const *code)
{
	csd_trace_queued(cpu, csd, code);

	return cpu == smp_processor_id() ? csd_run_here(csd) :
					   smp_call_function_single_async(cpu, csd);
}

/*
 * Queue @csd on @cpu unless the module that @code lies in is going, or gone.
 * Returns 0 or a negative errno; or 1 if @cpu is this one: the caller then runs
 * the call, with interrupts off, and calls rust_helper_csd_ran_here(*@flags).
 *
 * Preemption is off from the check to the queueing, which makes the pair an RCU
 * reader: unload waits for a grace period after it has closed the gate, and
 * then all callers that passed the gate have queued (litmus test: unload-gate).
 *
 * An NMI is refused: the code that it hit may be using the interrupt
 * controller, or a lock that a callback takes which would run inline.
 */
__rust_helper int rust_helper_csd_queue(unsigned int cpu,
					call_single_data_t *csd,
					const void *const *const *code, unsigned long *flags)
{
	int err;

	preempt_disable();
	if (unlikely(in_nmi())) {
		err = -EPERM;
	} else if (unlikely(unload_refuses(code))) {
		err = -ESHUTDOWN;
	} else {
		csd_trace_queued(cpu, csd, code);
		if (cpu != smp_processor_id()) {
			err = smp_call_function_single_async(cpu, csd);
		} else if (unlikely(csd_is_locked(csd))) {
			err = -EBUSY;
		} else {
			local_irq_save(*flags);
			return 1;
		}
	}
	csd_count(csd->info, cpu, err);
	preempt_enable();

	return err;
}

/* After a call that its caller has run. @flags is from rust_helper_csd_queue(). */
__rust_helper void rust_helper_csd_ran_here(unsigned long flags)
{
	local_irq_restore(flags);
	count_here(CSD_QUEUED);
	preempt_enable();
}
