// SPDX-License-Identifier: GPL-2.0
/*
 * C functions and macros that Rust cannot call directly, and state that is
 * statically initialised by C macros. One file per subject, sorted
 * alphabetically; see rust/helpers/helpers.c in the kernel tree.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "inline.c"

#include "client.c"
#include "debugfs.c"
#include "deferred.c"
#include "lockdep.c"
#include "quiesce.c"
#include "reaper.c"
#include "rebalance.c"
#include "registry.c"
#include "stats.c"
#include "wait.c"
