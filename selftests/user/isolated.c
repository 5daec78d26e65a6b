// SPDX-License-Identifier: GPL-2.0
/*
 * What runs on an isolated CPU: isolated CPU MODE [FILE]
 *
 *	spin	user mode and nothing else
 *	getpid	cheap system calls
 *	fault	page faults
 *	signal	signals to itself, and those of a timer
 *	mixed	all of these in turn, with user mode in between
 *	ask	user mode until told to go by standard input; then the first thing in the kernel is
 *		to read FILE, whose content is printed
 *
 * All but the last run until they are killed.
 */

#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGES 16

static char *pages;
static long page_size;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void on_signal(int number) { }

static void stay_in_user_mode(unsigned long loops)
{
	while (loops--)
		__asm__ volatile("" ::: "memory");
}

static void spin(void)
{
	stay_in_user_mode(1000000);
}

static void enter(void)
{
	syscall(SYS_getpid);
}

static void fault(void)
{
	int page;

	for (page = 0; page < PAGES; page++)
		pages[page * page_size] = 1;
	/* New ones in their place. (Not every kernel has madvise().) */
	if (mmap(pages, PAGES * page_size, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
		die("mmap");
}

static void raise_signal(void)
{
	raise(SIGUSR1);
}

static void mixed(void)
{
	static unsigned int turn;

	switch (turn++ % 4) {
	case 0:
		enter();
		break;
	case 1:
		fault();
		break;
	case 2:
		raise_signal();
		break;
	default:
		stay_in_user_mode(turn % 1000 * 100);
	}
}

static void start_timer(void)
{
	struct itimerval every = { { 0, 3000 }, { 0, 3000 } };

	if (setitimer(ITIMER_REAL, &every, NULL))
		die("setitimer");
}

static void bind_to(int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		die("sched_setaffinity");
}

/* The child is on the isolated CPU, in an address space of its own. */
static void ask(int cpu, const char *name)
{
	int *go = mmap(NULL, page_size, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char answer[64];
	int fd = open(name, O_RDONLY);
	pid_t child;

	if (go == MAP_FAILED || fd < 0)
		die(name);
	memset(answer, 0, sizeof(answer));
	child = fork();
	if (child < 0)
		die("fork");
	if (!child) {
		bind_to(cpu);
		while (!__atomic_load_n(go, __ATOMIC_ACQUIRE))
			;
		/* The first system call since then. */
		if (read(fd, answer, sizeof(answer) - 1) < 0)
			die("read");
		fputs(answer, stdout);
		fflush(stdout);
		_exit(0);
	}
	if (getchar() == EOF)
		die("getchar");
	__atomic_store_n(go, 1, __ATOMIC_RELEASE);
	waitpid(child, NULL, 0);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*step)(void);
	} modes[] = {
		{ "spin", spin },
		{ "getpid", enter },
		{ "fault", fault },
		{ "signal", raise_signal },
		{ "mixed", mixed },
		{ }
	}, *mode;
	int cpu;

	if (argc < 3)
		return 2;
	cpu = atoi(argv[1]);
	page_size = sysconf(_SC_PAGESIZE);
	if (argc == 4 && !strcmp(argv[2], "ask")) {
		ask(cpu, argv[3]);
		return 0;
	}
	pages = mmap(NULL, PAGES * page_size, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pages == MAP_FAILED)
		die("mmap");
	signal(SIGUSR1, on_signal);
	signal(SIGALRM, on_signal);
	bind_to(cpu);
	if (!strcmp(argv[2], "signal") || !strcmp(argv[2], "mixed"))
		start_timer();
	for (mode = modes; mode->name; mode++) {
		while (!strcmp(argv[2], mode->name))
			mode->step();
	}
	return 2;
}
