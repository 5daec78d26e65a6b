// SPDX-License-Identifier: GPL-2.0
/* What scftorture_c needs, where the kernel has no CONFIG_TORTURE_TEST. */
#include "kernel/torture.c"
