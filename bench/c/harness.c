// SPDX-License-Identifier: GPL-2.0
/*
 * The harness: operations by name, which are measured one at a time.
 *
 *   cd /sys/kernel/debug/crosscall_bench
 *   cat ops                        # the names
 *   echo "NAME [N [ROUNDS]]" >run  # time N of them, ROUNDS times
 *   cat results                    # NAME least median nanoseconds
 *
 * "least" and "median" are ticks for one operation: of the time stamp counter, which counts the
 * instructions of all CPUs where QEMU runs with -icount shift=0,sleep=off; on other machines than
 * x86, nanoseconds. The last column is the median in nanoseconds.
 */
#include <linux/debugfs.h>
#include <linux/math64.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/uaccess.h>
#ifdef CONFIG_X86_64
#include <asm/tsc.h>
#endif

#include "bench.h"

unsigned int here, other = 1;
module_param(other, uint, 0444);
MODULE_PARM_DESC(other, "The CPU that is called");

void bench_cpus(unsigned int *h, unsigned int *o)
{
	*h = here;
	*o = other;
}
EXPORT_SYMBOL_GPL(bench_cpus);

unsigned long sum;

struct op {
	const void *owner;
	const char *name;
	bench_fn run;
	void *ctx;
	/* In hundredths of a tick; 0 if it has not been measured. */
	u64 least, median;
};

static struct op ops[128];
static unsigned int nr_ops;
static DEFINE_MUTEX(ops_lock);

int bench_add(const void *owner, const char *name, bench_fn run, void *ctx)
{
	guard(mutex)(&ops_lock);
	if (nr_ops == ARRAY_SIZE(ops))
		return -ENOSPC;
	ops[nr_ops++] = (struct op){ owner, name, run, ctx };
	return 0;
}
EXPORT_SYMBOL_GPL(bench_add);

void bench_remove(const void *owner)
{
	unsigned int from, to = 0;

	guard(mutex)(&ops_lock);
	for (from = 0; from < nr_ops; from++) {
		if (ops[from].owner != owner)
			ops[to++] = ops[from];
	}
	nr_ops = to;
}
EXPORT_SYMBOL_GPL(bench_remove);

static int compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static int measure(struct op *op, unsigned int n, unsigned int rounds)
{
	u64 *t = kcalloc(rounds, sizeof(*t), GFP_KERNEL);
	unsigned int i;

	if (!t)
		return -ENOMEM;
	/* Code that is run for the first time may be patched or translated. */
	for (i = 0; i < 3; i++)
		op->run(op->ctx, n);
	for (i = 0; i < rounds; i++)
		t[i] = op->run(op->ctx, n);
	sort(t, rounds, sizeof(*t), compare, NULL);
	op->least = div_u64(t[0] * 100, n);
	op->median = div_u64(t[rounds / 2] * 100, n);
	kfree(t);
	return 0;
}

static ssize_t run_write(struct file *file, const char __user *user, size_t size, loff_t *pos)
{
	unsigned int n = 50, rounds = 20, i;
	char text[80], name[40];

	if (size >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, user, size))
		return -EFAULT;
	text[size] = '\0';
	if (sscanf(text, "%39s %u %u", name, &n, &rounds) < 1)
		return -EINVAL;
	if (!n || n > 1000000 || !rounds || rounds > 10000)
		return -ERANGE;
	guard(mutex)(&ops_lock);
	for (i = 0; i < nr_ops; i++) {
		if (!strcmp(name, ops[i].name))
			return measure(&ops[i], n, rounds) ?: size;
	}
	return -ENOENT;
}

static const struct file_operations run_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = run_write,
};

static u64 nanoseconds(u64 hundredths)
{
#ifdef CONFIG_X86_64
	return div_u64(hundredths * 10000, tsc_khz);
#else
	return hundredths / 100;
#endif
}

static int results_show(struct seq_file *seq, void *unused)
{
	unsigned int i;

	guard(mutex)(&ops_lock);
	for (i = 0; i < nr_ops; i++) {
		struct op *op = &ops[i];

		if (op->least)
			seq_printf(seq, "%s %llu.%02llu %llu.%02llu %llu\n", op->name,
				   op->least / 100, op->least % 100,
				   op->median / 100, op->median % 100, nanoseconds(op->median));
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(results);

static int ops_show(struct seq_file *seq, void *unused)
{
	unsigned int i;

	guard(mutex)(&ops_lock);
	for (i = 0; i < nr_ops; i++)
		seq_printf(seq, "%s\n", ops[i].name);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(ops);

static u64 c_empty(void *ctx, unsigned long n)
{
	return EACH(n, barrier());
}

static struct dentry *directory;

static int __init bench_init(void)
{
	if (!cpu_online(other)) {
		pr_err("other=%u: this CPU is not online\n", other);
		return -EINVAL;
	}
	/* The CPU to load this on is the one to run it on. */
	here = raw_smp_processor_id();
	if (other == here) {
		pr_err("other=%u: must be another CPU than this one\n", other);
		return -EINVAL;
	}
	if (ADD(c_empty) || add_csd() || add_irq_work() || add_many() || add_shared() ||
	    add_quiesce() || add_checked() || add_rate() || add_sizes())
		return -ENOMEM;
	directory = debugfs_create_dir("crosscall_bench", NULL);
	debugfs_create_file("ops", 0400, directory, NULL, &ops_fops);
	debugfs_create_file("run", 0200, directory, NULL, &run_fops);
	debugfs_create_file("results", 0400, directory, NULL, &results_fops);
	return 0;
}

static void __exit bench_exit(void)
{
	debugfs_remove(directory);
	free_many();
	free_rate();
}

module_init(bench_init);
module_exit(bench_exit);

MODULE_DESCRIPTION("Measures calls between CPUs, and the C twins of crosscall's");
MODULE_LICENSE("GPL");
