// SPDX-License-Identifier: GPL-2.0
/*
 * Reads /dev/cpu/N/cpuid and /dev/cpu/N/msr, whose records have BYTES bytes:
 *
 *	cpu_reads show FILE BYTES POSITION COUNT [POSITION COUNT...]
 *		records in hexadecimal, or the errors
 *	cpu_reads odd FILE BYTES POSITION
 *		how the file behaves: sizes, bad memory, seeking, the position, writing
 *	cpu_reads batch FILE CPU,... REGISTER,...
 *	cpu_reads singles CPU,... REGISTER,...
 *		registers of CPUs, by the ioctl of rust_msr or a read for each
 *	cpu_reads regs FILE REGISTER
 *		by the ioctl for all general registers
 *	cpu_reads powerless FILE
 *		whether it opens without CAP_SYS_RAWIO
 *	cpu_reads refusals FILE
 *		what rust_msr refuses
 *	cpu_reads storm READS CPU...
 *		whether the CPUs give their own CPUID while they go off and on: until so many reads
 *		were answered, and one was refused, or for a minute and a half millisecond for each
 */

#define _GNU_SOURCE
#include <asm/msr.h>
#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define LIMIT_S 60
#define READS_PER_S 2000
#define MANY 64

/* Of samples/rust_msr.rs. */
#define IOC_BATCH _IOWR('c', 0xb0, __u64[5])

struct value {
	__u64 value;
	__s64 error;
};

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

static void print_record(unsigned long position, const void *record, int bytes)
{
	const unsigned char *byte = record;
	int i;

	printf("%#lx:", position);
	for (i = 0; i < bytes; i++)
		printf("%s%02x", i % 4 ? "" : " ", byte[i]);
	printf("\n");
}

static void print_error(unsigned long position, int error)
{
	printf("%#lx: %s\n", position, strerrorname_np(error));
}

static void show(int fd, int bytes, unsigned long position, int count)
{
	unsigned char record[16];

	for (; count--; position++) {
		if (pread(fd, record, bytes, position) == bytes)
			print_record(position, record, bytes);
		else
			print_error(position, errno);
	}
}

static int show_all(const char *path, int bytes, int count, char **which)
{
	int fd = open_or_die(path, O_RDONLY);
	int i;

	for (i = 0; i + 1 < count; i += 2)
		show(fd, bytes, strtoul(which[i], NULL, 0), strtol(which[i + 1], NULL, 0));
	return 0;
}

/* The position of cpuid moves with each record, that of msr does not. */
static int odd(const char *path, int bytes, unsigned long start)
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
	fd = open_or_die(path, O_RDWR);
	said("write", pwrite(fd, page, bytes, start));
	said("write a part", pwrite(fd, page, 3, start));
	return 0;
}

static int numbers(__u32 *to, char *from)
{
	int count = 0;

	for (from = strtok(from, ","); from && count < MANY; from = strtok(NULL, ","))
		to[count++] = strtoul(from, NULL, 0);
	return count;
}

static int batch(const char *path, char *cpu_list, char *register_list)
{
	static struct value values[MANY * MANY];
	__u32 cpus[MANY], registers[MANY];
	struct value *value = values;
	__u64 request[5] = {
		(unsigned long)cpus, numbers(cpus, cpu_list),
		(unsigned long)registers, numbers(registers, register_list),
		(unsigned long)values,
	};
	unsigned int i, j;

	if (ioctl(open_or_die(path, O_RDONLY), IOC_BATCH, request))
		die("batch");
	for (i = 0; i < request[1]; i++) {
		printf("CPU %u\n", cpus[i]);
		for (j = 0; j < request[3]; j++, value++) {
			if (value->error)
				print_error(registers[j], -value->error);
			else
				print_record(registers[j], &value->value, 8);
		}
	}
	return 0;
}

/* As batch, by a read for each. */
static int singles(char *cpu_list, char *register_list)
{
	__u32 cpus[MANY], registers[MANY];
	int cpu_count = numbers(cpus, cpu_list), register_count = numbers(registers, register_list);
	char path[64];
	int i, j, fd;

	for (i = 0; i < cpu_count; i++) {
		printf("CPU %u\n", cpus[i]);
		snprintf(path, sizeof(path), "/dev/cpu/%u/msr", cpus[i]);
		fd = open_or_die(path, O_RDONLY);
		for (j = 0; j < register_count; j++)
			show(fd, 8, registers[j], 1);
	}
	return 0;
}

static void try_batch(int fd, const char *what, int field, __u64 value)
{
	static __u32 zeros[MANY];
	static struct value values[MANY * MANY];
	__u64 request[5] = {
		(unsigned long)zeros, 1, (unsigned long)zeros, 1, (unsigned long)values,
	};

	request[field] = value;
	said(what, ioctl(fd, IOC_BATCH, request));
}

/* The ioctl for all general registers, of both drivers. */
static int regs(const char *path, const char *number)
{
	__u32 all[8] = { 0, strtoul(number, NULL, 0) };
	int fd = open_or_die(path, O_RDONLY);

	said("read", ioctl(fd, X86_IOC_RDMSR_REGS, all));
	printf("%x %x %x\n", all[0], all[1], all[2]);
	said("to nowhere", ioctl(fd, X86_IOC_RDMSR_REGS, NULL));
	said("not open for reading", ioctl(open_or_die(path, O_WRONLY), X86_IOC_RDMSR_REGS, all));
	return 0;
}

static int powerless(const char *path)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2];

	if (syscall(SYS_capget, &header, caps))
		die("capget");
	caps[0].effective &= ~(1 << CAP_SYS_RAWIO);
	if (syscall(SYS_capset, &header, caps))
		die("capset");
	said("open", open(path, O_RDONLY));
	return 0;
}

static int refusals(const char *path)
{
	int fd = open_or_die(path, O_RDWR);
	__u32 all[8] = { 0, 0x277 };

	said("write", ioctl(fd, X86_IOC_WRMSR_REGS, all));
	try_batch(fd, "one", 1, 1);
	try_batch(fd, "no CPU", 1, 0);
	try_batch(fd, "too many CPUs", 1, 1UL << 32 | 1);
	try_batch(fd, "no register", 3, 0);
	try_batch(fd, "16 registers", 3, 16);
	try_batch(fd, "17 registers", 3, 17);
	try_batch(fd, "CPUs nowhere", 0, 0);
	try_batch(fd, "registers nowhere", 2, 0);
	try_batch(fd, "values nowhere", 4, 0);
	said("nowhere", ioctl(fd, IOC_BATCH, NULL));
	try_batch(open_or_die(path, O_WRONLY), "not open for reading", 1, 1);
	return 0;
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
	struct target targets[MANY];
	time_t start = time(NULL), end = start + LIMIT_S + reads / READS_PER_S;
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
	printf("%ld answered, %ld refused, %ld wrong, in %ld s\n", answered, refused, wrong,
	       (long)(time(NULL) - start));
	return answered < reads || !refused || wrong;
}

int main(int argc, char **argv)
{
	const char *command = argc > 2 ? argv[1] : "";
	long size = sysconf(_SC_PAGESIZE);

	page = mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED || munmap(page + size, size))
		die("mmap");
	if (argc > 5 && !strcmp(command, "show"))
		return show_all(argv[2], atoi(argv[3]), argc - 4, argv + 4);
	if (argc == 5 && !strcmp(command, "odd"))
		return odd(argv[2], atoi(argv[3]), strtoul(argv[4], NULL, 0));
	if (argc == 5 && !strcmp(command, "batch"))
		return batch(argv[2], argv[3], argv[4]);
	if (argc == 4 && !strcmp(command, "singles"))
		return singles(argv[2], argv[3]);
	if (argc == 4 && !strcmp(command, "regs"))
		return regs(argv[2], argv[3]);
	if (argc == 3 && !strcmp(command, "powerless"))
		return powerless(argv[2]);
	if (argc == 3 && !strcmp(command, "refusals"))
		return refusals(argv[2]);
	if (argc > 3 && argc - 3 <= MANY && !strcmp(command, "storm"))
		return storm(atol(argv[2]), argc - 3, argv + 3);
	fprintf(stderr, "usage: see cpu_reads.c\n");
	return 2;
}
