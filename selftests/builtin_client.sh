#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A client in the kernel itself has made each kind of call at boot: they ran, and lockdep is still on.
. "$(dirname "$0")/lib.sh"

built_in || skip "crosscall is a module"
dmesg | grep -q builtin_client: || skip "needs CONFIG_CROSSCALL_BUILTIN_CLIENT"

lockdep_is_on() {
	grep debug_locks: /proc/lockdep_stats | sed 's/^/#/'
	grep -q 'debug_locks: *1$' /proc/lockdep_stats
}

# csd, the same with a class of its own, scoped, many, irq_work, exclusive, shared, deferred.
each_kind_has_a_class() {
	classes=$(grep -c 'crosscall_callback\(#[0-9]*\)\?$' /proc/lockdep)
	echo "# $classes classes"
	[ "$classes" -ge 8 ]
}

ktap_set_plan 3
check each_kind_has_run sh -c "dmesg | grep -q 'builtin_client: Ok(()), runs 111112$'"
check lockdep_is_on lockdep_is_on
check each_kind_has_a_class each_kind_has_a_class
finish
