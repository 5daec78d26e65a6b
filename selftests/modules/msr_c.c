// SPDX-License-Identifier: GPL-2.0
/* The kernel's driver in C, which rust_msr.sh compares with samples/rust_msr.rs. */
#include "arch/x86/kernel/msr.c"
