// SPDX-License-Identifier: GPL-2.0

#include <linux/bug.h>
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>

__rust_helper bool rust_helper_irqs_disabled(void)
{
	return irqs_disabled();
}

__rust_helper bool rust_helper_in_nmi(void)
{
	return in_nmi();
}

/* Whether the current task is to die. */
__rust_helper bool rust_helper_killed(void)
{
	return fatal_signal_pending(current);
}

/* As far as the configuration can tell. */
__rust_helper bool rust_helper_may_sleep(void)
{
	return !irqs_disabled() && !preempt_count() && !rcu_preempt_depth();
}

/* After client code that had to leave them off: as in __handle_irq_event_percpu(). */
__rust_helper void rust_helper_irqs_off_again(void)
{
	if (WARN_ON_ONCE(!irqs_disabled()))
		local_irq_disable();
}
