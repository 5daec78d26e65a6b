// SPDX-License-Identifier: GPL-2.0
/*
 * Loads and unloads a module again and again, while one of its allocations fails, then the next,
 * and so on, until none fails. (Not the first two: they are for the file, and the kernel warns.)
 *
 *	fail_nth MODULE.ko PARAMETERS
 *
 * Only those of the task that loads it fail. Says how many there were, and what loading returned.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FIRST 3

static int setting;

/* 0: none fails. */
static void let_fail(int n)
{
	char number[16];
	int length = snprintf(number, sizeof(number), "%d", n);

	if (pwrite(setting, number, length, 0) != length) {
		perror("fail-nth");
		exit(2);
	}
}

/* Whether the allocation that was to fail is still to come. */
static int is_left(void)
{
	char number[16] = "";

	if (pread(setting, number, sizeof(number) - 1, 0) <= 0) {
		perror("fail-nth");
		exit(2);
	}
	return atoi(number) != 0;
}

static int load(const char *path, const char *parameters, int n, int *left)
{
	int module = open(path, O_RDONLY | O_CLOEXEC);
	int error = 0;

	if (module < 0) {
		perror(path);
		exit(2);
	}
	let_fail(n);
	if (syscall(SYS_finit_module, module, parameters, 0) != 0)
		error = errno;
	*left = is_left();
	let_fail(0);
	close(module);
	return error;
}

int main(int argc, char **argv)
{
	int loaded = 0, refused = 0, n, error, left;
	char *name;

	if (argc != 3) {
		fprintf(stderr, "usage: %s MODULE.ko PARAMETERS\n", argv[0]);
		return 2;
	}
	setting = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (setting < 0) {
		perror("fail-nth");
		return 2;
	}
	name = basename(strdup(argv[1]));
	*strchrnul(name, '.') = '\0';
	for (n = FIRST; ; n++) {
		error = load(argv[1], argv[2], n, &left);
		if (error && (left || error != ENOMEM)) {
			printf("%s: allocation %d fails: %s\n", name, n, strerror(error));
			return 1;
		}
		if (!error && syscall(SYS_delete_module, name, 0) != 0) {
			printf("%s: after allocation %d failed: rmmod: %s\n", name, n,
			       strerror(errno));
			return 1;
		}
		if (left)
			break;
		if (error)
			refused++;
		else
			loaded++;
	}
	printf("%s: allocations=%d refused=%d loaded=%d\n", name, n - FIRST,
	       refused, loaded);
	return refused == 0;
}
