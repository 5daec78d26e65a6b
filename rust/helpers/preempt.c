// SPDX-License-Identifier: GPL-2.0

#include <linux/hardirq.h>
#include <linux/sched.h>

__rust_helper bool rust_helper_in_nmi(void)
{
	return in_nmi();
}

__rust_helper bool rust_helper_need_resched(void)
{
	return need_resched();
}
