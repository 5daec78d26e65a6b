#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Leaked handles of shared calls and rmmod: no crash, and rmmod waits for the runs that were promised.
. "$(dirname "$0")/lib.sh"

need_cpus 3

leak_and_unload() {
	load shared_leak at="$1" && rmmod_ends shared_leak
}

# One run when the exit function returns, or the failed init function, and another one for two attempts.
both_ran() {
	log | grep -q "a callback has run for 1$" && log | grep -q "a callback has run for 2$"
}

rmmod_waits() {
	leak_and_unload 1 && both_ran
}

failed_init_waits() {
	! load shared_leak at=2 2>/dev/null && both_ran
}

endless_call_goes_on() {
	load shared_leak at="$1" && goes_on counter work_ran
}

ktap_set_plan 10
load crosscall
check leaked_idle leak_and_unload 0
check leaked_at_exit rmmod_waits
check leaked_by_init_that_fails failed_init_waits
check endless_serial_ends_with_the_module leak_and_unload 3
check the_gate_refused_it [ "$(counter work_refused)" -gt 0 ]
check endless_overlapping_goes_on endless_call_goes_on 4
check endless_overlapping_ends_with_the_module rmmod_ends shared_leak
check the_gate_refused_that_too [ "$(counter work_refused)" -gt 1 ]
check registry_is_clean nothing_in_flight
check counters_balance [ "$(counter work_queued)" = "$(counter work_ran)" ]
finish
