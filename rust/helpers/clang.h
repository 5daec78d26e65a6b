/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For helpers that clang compiles for a kernel which gcc has built. autoconf.h
 * says what gcc can do. Named address spaces are taken for gcc's alone: with
 * them clang would make `this_cpu_inc()` an access to the variable itself,
 * without %gs, silently. (rust/check-inlined.awk looks for that.)
 */
#undef CONFIG_USE_X86_SEG_SUPPORT
#undef CONFIG_CC_HAS_NAMED_AS
#undef CONFIG_CC_HAS_NAMED_AS_FIXED_SANITIZERS
