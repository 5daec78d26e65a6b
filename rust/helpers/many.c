// SPDX-License-Identifier: GPL-2.0

#include <linux/cpumask.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/topology.h>

#include "state.h"

/* Traces what rust_helper_csd_send() does, for a csd to another CPU. */
__rust_helper void rust_helper_many_trace(unsigned int cpu, call_single_data_t *csd,
					  const void *const *const *code)
{
	if (tracepoint_enabled(crosscall_queued))
		crosscall_trace_queued(csd, cpu, callback_of(code));
}

/* As rust_helper_csd_send(), to another CPU. */
__rust_helper int rust_helper_many_send(unsigned int cpu, call_single_data_t *csd,
					const void *const *const *code)
{
	rust_helper_many_trace(cpu, csd, code);

	return smp_call_function_single_async(cpu, csd);
}

/*
 * Interrupts @cpus at once, but for this CPU. Each calls @func once. They are
 * online, and preemption is off, so that this is so for all of them. Interrupts
 * are on, and this is a task. Spins until @cpus have taken the last mask call
 * of this CPU.
 */
__rust_helper void rust_helper_many_call_mask(const struct cpumask *cpus,
					      void (*func)(void *), void *info)
{
	smp_call_function_many(cpus, func, info, false);
}

/*
 * Whether @cpu idles and polls for work: a csd of its own reaches it without an
 * IPI, which a mask call would send. A snapshot, and false where it cannot be
 * known. Preemption is off: this is an RCU reader, which keeps the task.
 */
__rust_helper bool rust_helper_many_polls(unsigned int cpu)
{
#if defined(CONFIG_X86) && defined(CONFIG_SMP)
	const struct task_struct *task = READ_ONCE(*per_cpu_ptr(&current_task, cpu));

	return READ_ONCE(task_thread_info(task)->flags) & _TIF_POLLING_NRFLAG;
#else
	return false;
#endif
}

/*
 * Chooses as smp_call_function_any() does: this CPU, or the nearest one that is
 * online. Returns nr_cpu_ids or more if none is. Preemption is off.
 */
__rust_helper unsigned int rust_helper_many_nearest(const struct cpumask *cpus)
{
	unsigned int here = smp_processor_id();
	unsigned int cpu;

	if (cpumask_test_cpu(here, cpus))
		return here;

	cpu = sched_numa_find_nth_cpu(cpus, 0, cpu_to_node(here));
	/* The scheduler's masks lack CPUs that come or go, and all of them for a while. */
	return cpu < nr_cpu_ids ? cpu : cpumask_first_and(cpus, cpu_online_mask);
}
