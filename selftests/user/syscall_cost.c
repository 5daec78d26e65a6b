// SPDX-License-Identifier: GPL-2.0
/*
 * What a cheap system call costs on a CPU: syscall_cost CPU CALLS
 *
 * Prints how many calls cost how much, in ticks of the time stamp counter: lines of "TICKS CALLS".
 * Between two calls it stays in user mode for longer than a call takes.
 */

#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static unsigned long ticks(void)
{
#ifdef __x86_64__
	return __builtin_ia32_rdtsc();
#else
	return 0;
#endif
}

static void stay_in_user_mode(void)
{
	int loops = 5000;

	while (loops--)
		__asm__ volatile("" ::: "memory");
}

static int compare(const void *a, const void *b)
{
	unsigned long x = *(const unsigned long *)a, y = *(const unsigned long *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	unsigned long *cost;
	int calls, i, same;
	cpu_set_t cpus;

	if (argc != 3)
		return 2;
	CPU_ZERO(&cpus);
	CPU_SET(atoi(argv[1]), &cpus);
	calls = atoi(argv[2]);
	cost = calloc(calls, sizeof(*cost));
	if (!cost || sched_setaffinity(0, sizeof(cpus), &cpus)) {
		perror("syscall_cost");
		return 1;
	}
	/* The kernel works on behalf of a CPU for some time after it was last busy there. */
	for (i = 0; i < 2000; i++)
		stay_in_user_mode();
	for (i = 0; i < calls; i++) {
		unsigned long before = ticks();

		syscall(SYS_getpid);
		cost[i] = ticks() - before;
		stay_in_user_mode();
	}
	qsort(cost, calls, sizeof(*cost), compare);
	for (i = 0; i < calls; i += same) {
		for (same = 1; i + same < calls && cost[i + same] == cost[i]; same++)
			;
		printf("%lu %d\n", cost[i], same);
	}
	return 0;
}
