// SPDX-License-Identifier: GPL-2.0

#include <linux/cpumask.h>

__rust_helper bool rust_helper_cpu_online(unsigned int cpu)
{
	return cpu_online(cpu);
}

__rust_helper bool rust_helper_cpu_active(unsigned int cpu)
{
	return cpu_active(cpu);
}
