// SPDX-License-Identifier: GPL-2.0
/* The kernel's own torture test of smp_call_function(), which torture.sh has beside ours. */
#include "kernel/scftorture.c"
