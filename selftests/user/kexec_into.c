// SPDX-License-Identifier: GPL-2.0
/*
 * Another kernel in the place of this one:
 *
 *	kexec_into load KERNEL INITRAMFS COMMAND_LINE
 *	kexec_into now
 */

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CMD_KEXEC 0x45584543

static int load(const char *kernel, const char *initramfs, const char *line)
{
	int image = open(kernel, O_RDONLY | O_CLOEXEC);
	int files = open(initramfs, O_RDONLY | O_CLOEXEC);

	if (image < 0 || files < 0) {
		perror(image < 0 ? kernel : initramfs);
		return 1;
	}
	if (syscall(SYS_kexec_file_load, image, files, strlen(line) + 1, line, 0) != 0) {
		perror("kexec_file_load");
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "load"))
		return load(argv[2], argv[3], argv[4]);
	if (argc == 2 && !strcmp(argv[1], "now"))
		reboot(CMD_KEXEC);
	perror(argv[0]);
	return 1;
}
