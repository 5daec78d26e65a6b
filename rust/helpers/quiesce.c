// SPDX-License-Identifier: GPL-2.0

#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/irq_work.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/smp.h>

/*
 * What flush() sends through the queues of a CPU; calls/quiesce/flush.rs says
 * why this is enough:
 *
 *	csd ---IPI---> flush_arrived() ---> lazy_list, raised_list ---> flush_started()
 *
 * One flush at a time, so that no element is queued twice.
 */
struct flush_cpu {
	call_single_data_t csd;
	struct irq_work lazy;
	struct irq_work hard;
};

static DEFINE_MUTEX(flush_lock);

/* The works of the current flush that have yet to start. */
static atomic_t flush_left;

static void flush_started(struct irq_work *unused)
{
	/* Pairs with rust_helper_flush_has_started(). Litmus test: quiesce-flush. */
	atomic_dec_return_release(&flush_left);
}

static void flush_arrived(void *unused);

/* A work without flags is threaded on PREEMPT_RT, and shares a list with the lazy ones. */
static DEFINE_PER_CPU(struct flush_cpu, flush_cpus) = {
	.csd = CSD_INIT(flush_arrived, NULL),
	.lazy = __IRQ_WORK_INIT(flush_started, IS_ENABLED(CONFIG_PREEMPT_RT) ? 0 : IRQ_WORK_LAZY),
	.hard = IRQ_WORK_INIT_HARD(flush_started),
};

/* The hard work comes last: its interrupt runs the other list too. */
static void flush_arrived(void *unused)
{
	struct flush_cpu *this = this_cpu_ptr(&flush_cpus);
	unsigned int here = smp_processor_id();

	/*
	 * A CPU that sysfs has left half online may have no thread that would run the work. See
	 * takes_works(), rust/kernel/irq_work/online.rs.
	 */
	if (IS_ENABLED(CONFIG_PREEMPT_RT) ? cpu_active(here) : cpu_online(here))
		irq_work_queue(&this->lazy);
	else
		flush_started(&this->lazy);
	irq_work_queue(&this->hard);
}

static void flush_send(void *cpu)
{
	unsigned int target = (unsigned long)cpu;

	WARN_ON_ONCE(smp_call_function_single_async(target, per_cpu_ptr(&flush_cpus.csd, target)));
}

/* Until the end no CPU comes or goes. May sleep. */
__rust_helper void rust_helper_flush_begin(void)
{
	cpus_read_lock();
	mutex_lock(&flush_lock);
}

__rust_helper void rust_helper_flush_end(void)
{
	mutex_unlock(&flush_lock);
	cpus_read_unlock();
}

/*
 * Between begin and end, once for each CPU. An offline CPU is left out: it has
 * run what was queued on it, see smpcfd_dying_cpu(), or will when it is back.
 */
__rust_helper void rust_helper_flush_queue(unsigned int cpu)
{
	unsigned int from;

	if (cpu >= nr_cpu_ids || !cpu_online(cpu))
		return;

	atomic_add(2, &flush_left);
	preempt_disable();
	from = smp_processor_id();
	/*
	 * A call to the sender's own CPU is not queued behind the others, but
	 * runs at once: another CPU has to send it. If no other CPU is online,
	 * the IPI for what may be queued was sent before, by a CPU that is
	 * gone, and has arrived, because interrupts are on.
	 */
	if (from == cpu)
		from = cpumask_any_but(cpu_online_mask, cpu);
	if (from >= nr_cpu_ids)
		from = cpu;
	smp_call_function_single(from, flush_send, (void *)(unsigned long)cpu, 1);
	preempt_enable();
}

/* Whether all works have started. They may be running. */
__rust_helper bool rust_helper_flush_has_started(void)
{
	/* Pairs with flush_started(). Litmus test: quiesce-flush. */
	return !atomic_read_acquire(&flush_left);
}
