// SPDX-License-Identifier: GPL-2.0

#include <linux/completion.h>
#include <linux/hrtimer.h>
#include <linux/jiffies.h>

/*
 * Timers here stay on the CPU that starts them. Others are left to a CPU that
 * is busy: those of the timer wheel when their own CPU goes idle, hrtimers when
 * it is nohz_full. That may be the CPU which the task waits for, and which has
 * its interrupts off: a wait would end with these, and not after its time.
 */
#define WAIT_TIMER_MODE HRTIMER_MODE_REL_PINNED_HARD

/* On the stack of the task that waits. */
struct wait_limit {
	struct completion *done;
	struct hrtimer timer;
};

static enum hrtimer_restart wait_limit_reached(struct hrtimer *timer)
{
	complete(container_of(timer, struct wait_limit, timer)->done);

	return HRTIMER_NORESTART;
}

/*
 * wait_for_completion_timeout(), but for where the timer is, and that the timer
 * completes @done: if it has, and this returns false, then @done is completed
 * once more than otherwise, and that of others is still to be waited for.
 */
__rust_helper bool rust_helper_wait_at_most(struct completion *done, unsigned long timeout)
{
	struct wait_limit limit = { .done = done };
	ktime_t after = KTIME_MAX;
	bool reached;

	if (timeout / HZ < KTIME_SEC_MAX)
		after = ns_to_ktime(jiffies64_to_nsecs(timeout));
	hrtimer_setup_on_stack(&limit.timer, wait_limit_reached, CLOCK_MONOTONIC, WAIT_TIMER_MODE);
	hrtimer_start(&limit.timer, after, WAIT_TIMER_MODE);
	wait_for_completion(done);
	/* Waits if the timer is about to complete it. */
	reached = !hrtimer_cancel(&limit.timer);
	destroy_hrtimer_on_stack(&limit.timer);

	return !reached;
}

/* usleep_range(), but for where the timer is, and that it may end early. */
__rust_helper void rust_helper_nap(unsigned int us)
{
	ktime_t time = us_to_ktime(us);

	set_current_state(TASK_UNINTERRUPTIBLE);
	schedule_hrtimeout_range(&time, us * NSEC_PER_USEC / 4, WAIT_TIMER_MODE);
}
