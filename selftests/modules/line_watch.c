// SPDX-License-Identifier: GPL-2.0
/*
 * Counts writes of any CPU to 32 bytes of a per-CPU variable of another module, by
 * the four hardware breakpoints that x86 has. Read /sys/module/line_watch/parameters/writes.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/hw_breakpoint.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/perf_event.h>

#define WORDS 4

static unsigned long variable;
module_param(variable, ulong, 0444);
MODULE_PARM_DESC(variable, "The variable, as /proc/kallsyms has it");

static unsigned int cpu;
module_param(cpu, uint, 0444);
MODULE_PARM_DESC(cpu, "Whose it is");

static unsigned int offset;
module_param(offset, uint, 0444);
MODULE_PARM_DESC(offset, "Where in it the 32 bytes begin, a multiple of 8 up to 224");

static atomic_t count = ATOMIC_INIT(0);

static int show_count(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%d\n", atomic_read(&count));
}

static int set_count(const char *value, const struct kernel_param *kp)
{
	pr_err("writes=%s: can only be read\n", value);

	return -EPERM;
}

static const struct kernel_param_ops count_ops = { .get = show_count, .set = set_count };
module_param_cb(writes, &count_ops, NULL, 0444);
MODULE_PARM_DESC(writes, "How often they were written to");

static struct perf_event * __percpu *events[WORDS];

static void written(struct perf_event *event, struct perf_sample_data *data, struct pt_regs *regs)
{
	atomic_inc(&count);
}

static void line_watch_exit(void)
{
	for (int word = 0; word < WORDS; word++)
		if (events[word] && !IS_ERR_PCPU(events[word]))
			unregister_wide_hw_breakpoint(events[word]);
}

static int __init line_watch_init(void)
{
	struct perf_event_attr attr;

	if (cpu >= nr_cpu_ids || !cpu_possible(cpu)) {
		pr_err("cpu=%u: there is no such CPU\n", cpu);
		return -EINVAL;
	}
	if (offset > 224 || offset % 8) {
		pr_err("offset=%u: must be a multiple of 8 up to 224\n", offset);
		return -EINVAL;
	}
	if (!variable) {
		pr_err("variable=0: must be an address as in /proc/kallsyms\n");
		return -EINVAL;
	}
	for (int word = 0; word < WORDS; word++) {
		hw_breakpoint_init(&attr);
		attr.bp_addr = (unsigned long)per_cpu_ptr((void __percpu *)variable, cpu) +
			       offset + word * 8;
		attr.bp_len = HW_BREAKPOINT_LEN_8;
		attr.bp_type = HW_BREAKPOINT_W;
		events[word] = register_wide_hw_breakpoint(&attr, written, NULL);
		if (IS_ERR_PCPU(events[word])) {
			int err = PTR_ERR_PCPU(events[word]);

			line_watch_exit();
			return err;
		}
	}

	return 0;
}

module_init(line_watch_init);
module_exit(line_watch_exit);
MODULE_DESCRIPTION("Counts writes to a per-CPU variable");
MODULE_LICENSE("GPL");
