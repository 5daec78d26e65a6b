// SPDX-License-Identifier: GPL-2.0
/*
 * The helpers of hot paths. They are compiled as C like the others, in
 * helpers.c, and to LLVM bitcode, which is linked into the Rust code, where
 * they are inlined; see Documentation/performance.rst. Each of them has two
 * copies then, so that these files define no state: that is in state.h.
 */

#ifndef __rust_helper
#define __rust_helper
#endif

#include "context.c"
#include "count.c"
#include "csd.c"
#include "irq_work.c"
#include "irq_work_csd.c"
#include "many.c"
#include "percpu.c"
#include "unload.c"
