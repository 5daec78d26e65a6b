// SPDX-License-Identifier: GPL-2.0

#include <linux/cpumask.h>
#include <linux/hardirq.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/sched.h>

__rust_helper bool rust_helper_in_nmi(void)
{
	return in_nmi();
}

/* With preemption off the answer stays true: see stop_machine_cpuslocked() in takedown_cpu(). */
__rust_helper bool rust_helper_cpu_online(unsigned int cpu)
{
	return cpu < nr_cpu_ids && cpu_online(cpu);
}

/*
 * For a work that another CPU sent by csd: as irq_work_single() does, tell
 * lockdep that a callback which is threaded on PREEMPT_RT may take locks that
 * sleep there.
 */
__rust_helper void rust_helper_irq_work_lockdep_enter(unsigned int flags)
{
	lockdep_irq_work_enter(flags);
}

__rust_helper void rust_helper_irq_work_lockdep_exit(unsigned int flags)
{
	lockdep_irq_work_exit(flags);
}
