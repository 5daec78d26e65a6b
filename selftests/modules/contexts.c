// SPDX-License-Identifier: GPL-2.0
/*
 * Lets the test modules run a function in any execution context on any CPU.
 * Their side of it is in_context.rs.
 */

#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/workqueue.h>
#ifdef CONFIG_X86
#include <asm/apic.h>
#include <asm/nmi.h>
#endif

/* in_context.rs has the same numbers. */
enum test_context {
	TEST_TASK,
	TEST_SOFTIRQ,
	TEST_HARDIRQ,
	TEST_NMI,
};

/* On the stack of the task that waits. */
struct request {
	void (*fn)(void *data);
	void *data;
	unsigned int limit_ms;
	bool done;
	union {
		struct work_struct work;
		struct hrtimer timer;
	};
};

static void request_run(struct request *request)
{
	request->fn(request->data);
	/* Pairs with request_wait(). */
	smp_store_release(&request->done, true);
}

/*
 * usleep_range(20, 100) by a timer of this CPU, also if that is nohz_full: its
 * timers are left to one that is not.
 */
static void nap(void)
{
	ktime_t time = us_to_ktime(20);

	set_current_state(TASK_UNINTERRUPTIBLE);
	schedule_hrtimeout_range(&time, 80 * NSEC_PER_USEC, HRTIMER_MODE_REL_PINNED_HARD);
}

/*
 * Waits until the function has returned, but not for ever. Polls: an NMI can wake
 * nobody, and the timer behind a timeout may be left to a CPU which a function
 * keeps from running its softirqs.
 */
static bool request_wait(struct request *request)
{
	unsigned long deadline = jiffies + msecs_to_jiffies(request->limit_ms);

	/* Pairs with request_run(). */
	while (!smp_load_acquire(&request->done)) {
		if (time_after(jiffies, deadline))
			return false;
		nap();
	}
	return true;
}

/*
 * Task and softirq context: one workqueue for each. They are our own, so that
 * destroying them waits until no CPU is in request_work() any more.
 */
static struct workqueue_struct *task_wq, *softirq_wq;

static void request_work(struct work_struct *work)
{
	request_run(container_of(work, struct request, work));
}

static int run_in_work(struct workqueue_struct *wq, unsigned int cpu, struct request *request)
{
	int err = 0;

	/* Two places, so that lockdep has a class for each. */
	if (wq == softirq_wq)
		INIT_WORK_ONSTACK(&request->work, request_work);
	else
		INIT_WORK_ONSTACK(&request->work, request_work);
	queue_work_on(cpu, wq, &request->work);
	/* cancel_work_sync() waits if the work has begun. */
	if (!request_wait(request) && cancel_work_sync(&request->work))
		err = -ETIMEDOUT;
	destroy_work_on_stack(&request->work);

	return err;
}

/*
 * Hardirq context: an hrtimer that expires at once. An IPI starts it, because
 * timers can only be started on one's own CPU. The IPI itself would not do: on
 * one's own CPU and from idle its function runs outside of hardirq context.
 */
static enum hrtimer_restart request_timer(struct hrtimer *timer)
{
	request_run(container_of(timer, struct request, timer));
	return HRTIMER_NORESTART;
}

static void start_timer(void *data)
{
	struct request *request = data;

	hrtimer_start(&request->timer, 0, HRTIMER_MODE_REL_PINNED_HARD);
}

static int run_in_timer(unsigned int cpu, struct request *request)
{
	int err;

	hrtimer_setup_on_stack(&request->timer, request_timer, CLOCK_MONOTONIC,
			       HRTIMER_MODE_REL_PINNED_HARD);
	err = smp_call_function_single(cpu, start_timer, request, 1);
	if (!err)
		request_wait(request);
	/* Waits if the timer has fired, and until the CPU has left request_timer(). */
	if (hrtimer_cancel(&request->timer))
		err = -ETIMEDOUT;
	destroy_hrtimer_on_stack(&request->timer);

	return err;
}

struct nmi_hook {
	void (*fn)(void *data);
	void *data;
};

struct nmi_state {
#ifdef CONFIG_X86
	/*
	 * NMIs sent and not seen to arrive. A CPU latches one NMI only, so that
	 * two may arrive as one: what is left over then stays here, and claims
	 * a later NMI that is not ours. The other way round, one of ours would
	 * be reported as "NMI received for unknown reason".
	 */
	atomic_t raised;
#else
	/* Whether the csd is on its way: the sender that sets it may queue it. */
	atomic_t raised;
	call_single_data_t csd;
#endif
	/* The one that takes it out with xchg() has it: handler or waiter. */
	struct request *request;
	unsigned long handled;
};

static DEFINE_PER_CPU(struct nmi_state, nmi_state);
static struct nmi_hook __rcu *nmi_hook;

/* Held by the task that uses the requests. */
static DEFINE_MUTEX(nmi_mutex);

/* In an NMI, which is an RCU reader. */
static void take_nmi(struct nmi_state *state)
{
	struct request *request;
	struct nmi_hook *hook;

	WRITE_ONCE(state->handled, state->handled + 1);
	request = xchg(&state->request, NULL);
	if (request)
		request_run(request);
	hook = rcu_dereference_check(nmi_hook, in_nmi());
	if (hook)
		hook->fn(hook->data);
}

#ifdef CONFIG_X86

static int handle_nmi(unsigned int type, struct pt_regs *regs)
{
	struct nmi_state *state = this_cpu_ptr(&nmi_state);

	if (atomic_dec_if_positive(&state->raised) < 0)
		return NMI_DONE;
	take_nmi(state);

	return NMI_HANDLED;
}

static int raise_nmi(unsigned int cpu, struct nmi_state *state)
{
	atomic_inc(&state->raised);
	apic->send_IPI(cpu, NMI_VECTOR);

	return 0;
}

static int begin_nmis(void)
{
	return register_nmi_handler(NMI_LOCAL, handle_nmi, 0, "crosscall_test");
}

static void nothing(void *unused)
{
}

static void end_nmis(void)
{
	/*
	 * Nobody sends any more. Behind this IPI there is no NMI on its way,
	 * for which there would be no handler.
	 */
	on_each_cpu(nothing, NULL, 1);
	unregister_nmi_handler(NMI_LOCAL, "crosscall_test");
}

#else

/*
 * Debian's arm64 kernel has no pseudo-NMIs. An interrupt during which in_nmi()
 * is true stands in: code that asks does what it does in an NMI. It cannot hit
 * code that runs with interrupts off, as an NMI would.
 */
static void stand_in_for_nmi(void *unused)
{
	struct nmi_state *state = this_cpu_ptr(&nmi_state);
	int count = preempt_count();

	/* Fully ordered, as in raise_nmi(): a later request sends another one. */
	atomic_xchg(&state->raised, 0);
	preempt_count_set((count + HARDIRQ_OFFSET) | NMI_OFFSET);
	take_nmi(state);
	preempt_count_set(count);
}

static int raise_nmi(unsigned int cpu, struct nmi_state *state)
{
	int err;

	if (atomic_xchg(&state->raised, 1))
		return 0;
	/* An async csd is unlocked before its function runs, which lets us get here. */
	err = smp_call_function_single_async(cpu, &state->csd);
	if (err)
		atomic_set(&state->raised, 0);

	return err;
}

static int begin_nmis(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		INIT_CSD(per_cpu_ptr(&nmi_state.csd, cpu), stand_in_for_nmi, NULL);
	pr_info("no NMIs here: hard interrupts in which in_nmi() is true stand in\n");

	return 0;
}

static void end_nmis(void)
{
	unsigned int cpu;

	/* Nobody sends any more. Waits for the functions to begin, and to end. */
	for_each_possible_cpu(cpu)
		while (atomic_read(per_cpu_ptr(&nmi_state.raised, cpu)))
			nap();
	synchronize_rcu();
}

#endif

/*
 * Any context where an IPI may be sent. NMIs of the same CPU merge while one of
 * them is pending.
 */
int crosscall_test_send_nmi(unsigned int cpu)
{
	int err = -ENXIO;

	/* A CPU that goes offline waits for this. */
	preempt_disable();
	if (cpu < nr_cpu_ids && cpu_online(cpu))
		err = raise_nmi(cpu, per_cpu_ptr(&nmi_state, cpu));
	preempt_enable();

	return err;
}
EXPORT_SYMBOL_GPL(crosscall_test_send_nmi);

static int run_in_nmi(unsigned int cpu, struct request *request)
{
	struct request **slot = per_cpu_ptr(&nmi_state.request, cpu);
	int err = 0;

	mutex_lock(&nmi_mutex);
	xchg(slot, request);
	crosscall_test_send_nmi(cpu);
	while (!request_wait(request)) {
		/* If it has been taken out already, its function runs. */
		if (xchg(slot, NULL)) {
			err = -ETIMEDOUT;
			break;
		}
	}
	mutex_unlock(&nmi_mutex);

	return err;
}

/*
 * From now on @fn is called in every NMI that is sent here, on the CPU that it
 * hits; also in those of crosscall_test_run_in(), which may merge with others.
 * NULL ends it: no CPU runs the old function any more on return. -EBUSY if
 * there is one already. May sleep; @fn as for crosscall_test_run_in().
 */
int crosscall_test_set_nmi(void (*fn)(void *data), void *data)
{
	struct nmi_hook *hook;

	if (!fn) {
		hook = unrcu_pointer(xchg(&nmi_hook, NULL));
		synchronize_rcu();
		kfree(hook);
		return 0;
	}

	hook = kmalloc_obj(*hook);
	if (!hook)
		return -ENOMEM;
	hook->fn = fn;
	hook->data = data;
	if (unrcu_pointer(cmpxchg(&nmi_hook, NULL, RCU_INITIALIZER(hook)))) {
		kfree(hook);
		return -EBUSY;
	}
	return 0;
}
EXPORT_SYMBOL_GPL(crosscall_test_set_nmi);

/* How many NMIs that were sent here have been handled. */
unsigned long crosscall_test_nmis(void)
{
	unsigned long sum = 0;
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(nmi_state.handled, cpu));
	return sum;
}
EXPORT_SYMBOL_GPL(crosscall_test_nmis);

/*
 * Calls @fn once on @cpu in @context, and returns 0 when it has returned. On an
 * error it has not been called and never will be: -ENXIO if @cpu is not online,
 * -EOPNOTSUPP if there is no such context here, -ETIMEDOUT if the context was
 * not reached within @limit_ms. Any number of callers at once.
 *
 * May sleep, takes cpus_read_lock(): @fn must not wait for CPU hotplug. Softirq
 * functions on the same CPU run one after the other. In NMI context @fn may not
 * take locks, print or wake anyone. For hardirq context this spins until the CPU
 * takes interrupts.
 */
int crosscall_test_run_in(unsigned int context, unsigned int cpu, unsigned int limit_ms,
			  void (*fn)(void *data), void *data)
{
	struct request request = { .fn = fn, .data = data, .limit_ms = limit_ms };
	int err;

	might_sleep();

	/* Works and timers of a CPU that goes offline move to another one. */
	cpus_read_lock();
	if (cpu >= nr_cpu_ids || !cpu_online(cpu))
		err = -ENXIO;
	else if (context == TEST_TASK)
		err = run_in_work(task_wq, cpu, &request);
	else if (context == TEST_SOFTIRQ)
		err = run_in_work(softirq_wq, cpu, &request);
	else if (context == TEST_HARDIRQ)
		err = run_in_timer(cpu, &request);
	else if (context == TEST_NMI)
		err = run_in_nmi(cpu, &request);
	else
		err = -EOPNOTSUPP;
	cpus_read_unlock();

	return err;
}
EXPORT_SYMBOL_GPL(crosscall_test_run_in);

/* The context of the caller. */
unsigned int crosscall_test_context(void)
{
	if (in_nmi())
		return TEST_NMI;
	if (in_hardirq())
		return TEST_HARDIRQ;
	if (in_serving_softirq())
		return TEST_SOFTIRQ;
	return TEST_TASK;
}
EXPORT_SYMBOL_GPL(crosscall_test_context);

static int __init contexts_init(void)
{
	int err = -ENOMEM;

	/* CPU_INTENSIVE: functions that block or spin do not keep others out. */
	task_wq = alloc_workqueue("crosscall_test", WQ_PERCPU | WQ_CPU_INTENSIVE, 0);
	if (!task_wq)
		return err;
	softirq_wq = alloc_workqueue("crosscall_test_bh", WQ_BH | WQ_PERCPU, 0);
	if (!softirq_wq)
		goto free_task;
	err = begin_nmis();
	if (err)
		goto free_softirq;
	return 0;

free_softirq:
	destroy_workqueue(softirq_wq);
free_task:
	destroy_workqueue(task_wq);
	return err;
}

static void __exit contexts_exit(void)
{
	end_nmis();
	destroy_workqueue(softirq_wq);
	destroy_workqueue(task_wq);
}

/* From now on the current task looks as if it had got SIGKILL, or no longer. */
void crosscall_test_set_killed(bool killed)
{
	spin_lock_irq(&current->sighand->siglock);
	if (killed) {
		sigaddset(&current->pending.signal, SIGKILL);
		set_tsk_thread_flag(current, TIF_SIGPENDING);
	} else {
		sigdelset(&current->pending.signal, SIGKILL);
		recalc_sigpending();
	}
	spin_unlock_irq(&current->sighand->siglock);
}
EXPORT_SYMBOL_GPL(crosscall_test_set_killed);

module_init(contexts_init);
module_exit(contexts_exit);

MODULE_AUTHOR("crosscall developers");
MODULE_DESCRIPTION("Runs functions of test modules in any context");
MODULE_LICENSE("GPL");
