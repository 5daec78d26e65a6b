#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Leaked tokens and rmmod: no crash, and rmmod waits for a call that is still to run.
. "$(dirname "$0")/lib.sh"

need_cpus 4
watch=/tmp/crosscall_watch.$$

LOOPS=${UNLOAD_LOOPS:-10}

leak_and_unload() {
	load csd_leak at="$1" ms=300 && rmmod_ends csd_leak
}

# The module leaves two calls behind, one running and one queued, in its exit function.
rmmod_waits() {
	load csd_leak at="$1" ms=500 && rmmod_ends csd_leak &&
		[ "$(logged "a callback has run")" = 2 ]
}

# Each time: busybox tries again.
failed_init_waits() {
	! load csd_leak at=5 ms=500 2>/dev/null && [ "$(logged "init fails")" -gt 0 ] &&
		[ "$(logged "a callback has run")" = $((2 * $(logged "init fails"))) ]
}

listed_while_in_flight() {
	grep -Eq "^cpu $(nth_cpu 2) running for [0-9]+ ms: csd_leak::busy" "$watch" &&
		grep -Eq "^cpu $(nth_cpu 2) queued for [0-9]+ ms: csd_leak::busy" "$watch" &&
		nothing_in_flight
}

# The reaper runs the module's code too, and sleeps: no grace period waits for it. Dropping one call
# drops another one.
rmmod_waits_for_the_reaper() {
	load csd_leak at=8 ms=2500 && rmmod_ends csd_leak &&
		[ "$(logged "the payload is dropped")" = 2 ]
}

# An open file of a module that went would be closed through freed memory.
open_file_keeps_crosscall() {
	exec 3</sys/kernel/debug/crosscall/stats
	! rmmod crosscall 2>/dev/null
	kept=$?
	exec 3<&-
	return $kept
}

chain_goes_on() {
	load csd_leak at=6 && goes_on counter ran
}

refused_while_used() {
	load csd_leak at=0 && ! rmmod crosscall 2>/dev/null && unload csd_leak
}

load_unload_loop() {
	for _ in $(seq "$LOOPS"); do
		unload crosscall &&
			load crosscall &&
			load csd_all_pairs rounds=1 &&
			unload csd_all_pairs || return 1
	done
}

ktap_set_plan 15
load crosscall
check leaked_idle leak_and_unload 0
check leaked_after_the_run leak_and_unload 2
check leaked_in_a_scope leak_and_unload 4
check leaked_at_exit rmmod_waits 1
check dropped_at_exit rmmod_waits 3
check reaped_at_exit rmmod_waits_for_the_reaper
check leaked_by_init_that_fails failed_init_waits
watch_a_leak csd_leak "$watch" listed_while_in_flight
check listed_while_in_flight listed_while_in_flight
check endless_chain_goes_on chain_goes_on
check endless_chain_ends_with_the_module rmmod_ends csd_leak
check the_gate_refused_it [ "$(counter refused)" -gt 0 ]
check leaked_shared_object leak_and_unload 7
check crosscall_stays_while_used refused_while_used
check open_file_keeps_crosscall open_file_keeps_crosscall
check "load_and_unload_${LOOPS}_times" load_unload_loop
finish
