// SPDX-License-Identifier: GPL-2.0
/*
 * Reads /dev/cpu/N/cpuid and /dev/cpu/N/msr, whose records have BYTES bytes:
 *
 *	cpu_reads show FILE BYTES POSITION COUNT [POSITION COUNT...]
 *		records in hexadecimal, or the errors
 *	cpu_reads odd FILE BYTES POSITION
 *		how the file behaves: sizes, bad memory, seeking, the position, writing
 *	cpu_reads storm READS CPU...
 *		whether the CPUs give their own CPUID while they go off and on: until so many reads
 *		were answered, and one was refused, or for a minute
 */

#define _GNU_SOURCE
#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define LIMIT_S 60
#define MAX_CPUS 64

static char *page;

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static int open_or_die(const char *path, int flags)
{
	int fd = open(path, flags);

	if (fd < 0)
		die(path);
	return fd;
}

static void said(const char *what, long result)
{
	if (result < 0)
		printf("%s: %s\n", what, strerrorname_np(errno));
	else
		printf("%s: %ld\n", what, result);
}

static void show(int fd, int bytes, unsigned long position, int count)
{
	unsigned char record[16];
	int i;

	for (; count--; position++) {
		printf("%#lx:", position);
		if (pread(fd, record, bytes, position) != bytes) {
			printf(" %s\n", strerrorname_np(errno));
			continue;
		}
		for (i = 0; i < bytes; i++)
			printf("%s%02x", i % 4 ? "" : " ", record[i]);
		printf("\n");
	}
}

static void show_all(const char *path, int bytes, int count, char **which)
{
	int fd = open_or_die(path, O_RDONLY);
	int i;

	for (i = 0; i + 1 < count; i += 2)
		show(fd, bytes, strtoul(which[i], NULL, 0), atoi(which[i + 1]));
}

/* The position of cpuid moves with each record, that of msr does not. */
static void odd(const char *path, int bytes, unsigned long start)
{
	long size = sysconf(_SC_PAGESIZE);
	int fd = open_or_die(path, O_RDONLY);
	static const int sizes[] = { 0, 1, 7, 8, 9, 15, 16, 17, 24, 32 };
	unsigned int i;

	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		printf("%d bytes: ", sizes[i]);
		said("read", pread(fd, page, sizes[i], start));
	}
	said("to nowhere", pread(fd, NULL, bytes, start));
	/* Half a record, then one and a half, before memory that is not there. */
	said("half", pread(fd, page + size - bytes / 2, bytes, start));
	said("one and a half", pread(fd, page + size - bytes - bytes / 2, 2 * bytes, start));
	said("seek", lseek(fd, start, SEEK_SET));
	said("read", read(fd, page, 3 * bytes));
	said("seek", lseek(fd, 0, SEEK_CUR));
	said("read", read(fd, page + size - bytes - bytes / 2, 2 * bytes));
	said("seek", lseek(fd, 2, SEEK_CUR));
	said("seek to the end", lseek(fd, 0, SEEK_END));
	said("before the start", lseek(fd, -1, SEEK_SET));
	said("ioctl", ioctl(fd, 0x1234, page));
	/* What C's msr does with a write depends on a parameter. */
	if (bytes == 16)
		said("write", pwrite(open_or_die(path, O_RDWR), page, bytes, start));
}

struct target {
	int fd;
	unsigned int own[4];
};

static void expect(struct target *target, int cpu)
{
	unsigned int *own = target->own;
	char path[64];
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("sched_setaffinity");
	__cpuid(1, own[0], own[1], own[2], own[3]);
	snprintf(path, sizeof(path), "/dev/cpu/%d/cpuid", cpu);
	target->fd = open_or_die(path, O_RDONLY);
}

static int storm(long reads, int count, char **cpus)
{
	long answered = 0, refused = 0, wrong = 0;
	struct target targets[MAX_CPUS];
	time_t end = time(NULL) + LIMIT_S;
	unsigned int record[4];
	cpu_set_t all;
	int i;

	if (sched_getaffinity(0, sizeof(all), &all))
		die("sched_getaffinity");
	for (i = 0; i < count; i++)
		expect(&targets[i], atoi(cpus[i]));
	if (sched_setaffinity(0, sizeof(all), &all))
		die("sched_setaffinity");
	printf("go\n");
	fflush(stdout);
	for (i = 0; (answered < reads || !refused) && time(NULL) < end; i = (i + 1) % count) {
		memset(record, 0, sizeof(record));
		if (pread(targets[i].fd, record, sizeof(record), 1) == sizeof(record)) {
			answered++;
			wrong += !!memcmp(record, targets[i].own, sizeof(record));
		} else {
			refused++;
			wrong += errno != ENXIO;
		}
	}
	printf("%ld answered, %ld refused, %ld wrong\n", answered, refused, wrong);
	return answered < reads || !refused || wrong;
}

int main(int argc, char **argv)
{
	long size = sysconf(_SC_PAGESIZE);

	page = mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED || munmap(page + size, size))
		die("mmap");
	if (argc > 3 && argc - 3 <= MAX_CPUS && !strcmp(argv[1], "storm"))
		return storm(atol(argv[2]), argc - 3, argv + 3);
	if (argc > 5 && !strcmp(argv[1], "show")) {
		show_all(argv[2], atoi(argv[3]), argc - 4, argv + 4);
		return 0;
	}
	if (argc == 5 && !strcmp(argv[1], "odd")) {
		odd(argv[2], atoi(argv[3]), strtoul(argv[4], NULL, 0));
		return 0;
	}
	fprintf(stderr, "usage: see cpu_reads.c\n");
	return 2;
}
