// SPDX-License-Identifier: GPL-2.0

#include <linux/percpu.h>

/* Rust has no __percpu: an address is a number there, and 0 is NULL. */
__rust_helper unsigned long rust_helper_percpu_alloc(size_t size, size_t align, unsigned int gfp)
{
	return (__force unsigned long)__alloc_percpu_gfp(size, align, (__force gfp_t)gfp);
}

__rust_helper void rust_helper_percpu_free(unsigned long memory)
{
	free_percpu((__force void __percpu *)memory);
}

/* @cpu is possible. */
__rust_helper void *rust_helper_percpu_of(unsigned long memory, unsigned int cpu)
{
	return per_cpu_ptr((__force void __percpu *)memory, cpu);
}
