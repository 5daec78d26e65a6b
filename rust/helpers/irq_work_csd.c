// SPDX-License-Identifier: GPL-2.0

#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/sched.h>

/*
 * For a work that another CPU sent by csd: tells lockdep, as irq_work_single()
 * does, that a callback which is threaded on PREEMPT_RT may take locks that
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
