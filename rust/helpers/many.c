// SPDX-License-Identifier: GPL-2.0

#include <linux/cpumask.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/topology.h>

#include "state.h"

/*
 * The csds of a call to many CPUs are in the memory of the CPUs that they are
 * for, as those of smp_call_function_many() are. Rust has no __percpu: 0 is
 * NULL.
 */
__rust_helper unsigned long rust_helper_many_alloc(size_t size, size_t align, bool may_sleep)
{
	/* Only this matters to the allocator. */
	gfp_t gfp = may_sleep ? GFP_KERNEL : GFP_NOWAIT;

	return (__force unsigned long)__alloc_percpu_gfp(size, align, gfp);
}

__rust_helper void rust_helper_many_free(unsigned long elements)
{
	free_percpu((__force void __percpu *)elements);
}

/* @cpu is possible. */
__rust_helper void *rust_helper_many_element(unsigned long elements, unsigned int cpu)
{
	return per_cpu_ptr((__force void __percpu *)elements, cpu);
}

/* As rust_helper_csd_send(), to another CPU. */
__rust_helper int rust_helper_many_send(unsigned int cpu, call_single_data_t *csd,
					const void *const *callback)
{
	if (tracepoint_enabled(crosscall_queued))
		crosscall_trace_queued(csd, cpu, READ_ONCE(*callback));

	return smp_call_function_single_async(cpu, csd);
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
