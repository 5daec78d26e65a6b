// SPDX-License-Identifier: GPL-2.0
/* The kernel's driver in C, which rust_cpuid.sh compares with samples/rust_cpuid.rs. */
#include "arch/x86/kernel/cpuid.c"
