#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Leaked tokens of calls to many CPUs and rmmod: no crash, and rmmod waits for what is still to run.
. "$(dirname "$0")/lib.sh"

need_cpus 4
watch=/tmp/crosscall_watch.$$

leak_and_unload() {
	load many_leak at="$1" ms=100 && rmmod_ends many_leak
}

# The module leaves two calls behind, each to two CPUs, in its exit function.
rmmod_waits() {
	load many_leak at="$1" ms=150 && rmmod_ends many_leak && [ "$(logged "a callback has run")" = 4 ]
}

# Each time: busybox tries again.
failed_init_waits() {
	! load many_leak at=4 ms=150 2>/dev/null && [ "$(logged "init fails")" -gt 0 ] &&
		[ "$(logged "a callback has run")" = $((4 * $(logged "init fails"))) ]
}

# The reaper runs the module's code too, and sleeps: no grace period waits for it.
rmmod_waits_for_the_reaper() {
	load many_leak at=5 ms=500 && rmmod_ends many_leak && [ "$(logged "a result is dropped")" = 2 ]
}

# Each of the CPUs that are missing.
listed_while_in_flight() {
	for cpu in $(nth_cpu 2) $(nth_cpu 3); do
		for state in running queued; do
			grep -q "^cpu $cpu $state for [0-9]* ms: many_leak::Busy" "$watch" || return 1
		done
	done
	nothing_in_flight
}

chain_goes_on() {
	load many_leak at=6 && goes_on counter ran
}

ktap_set_plan 11
load crosscall
check endless_chain_goes_on chain_goes_on
check endless_chain_ends_with_the_module rmmod_ends many_leak
check the_gate_refused_it [ "$(counter refused)" -gt 0 ]
check leaked_idle leak_and_unload 0
check leaked_after_the_run leak_and_unload 2
check leaked_at_exit rmmod_waits 1
check dropped_at_exit rmmod_waits 3
check reaped_at_exit rmmod_waits_for_the_reaper
check leaked_by_init_that_fails failed_init_waits
watch_a_leak many_leak "$watch" listed_while_in_flight
check listed_while_in_flight listed_while_in_flight
check counters_balance [ "$(counter queued)" = "$(counter ran)" ]
finish
