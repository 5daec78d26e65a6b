#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Leaked handles of irq_works and rmmod: no crash, and rmmod waits for a work that is still to run.
. "$(dirname "$0")/lib.sh"

need_cpus 3
# csd_unload does this more often.
LOOPS=${UNLOAD_LOOPS:-$(or_fewer 20)}

leak_and_unload() {
	load irq_work_leak at="$1" && rmmod_ends irq_work_leak
}

# A work that runs on two CPUs when the exit function returns.
rmmod_waits() {
	load irq_work_leak at="$1" ms=400 && rmmod_ends irq_work_leak &&
		[ "$(logged "a callback has run")" = "$2" ]
}

# Each time: busybox tries again.
failed_init_waits() {
	! load irq_work_leak at=3 2>/dev/null && [ "$(logged "init fails")" -gt 0 ] &&
		[ "$(logged "a callback has run")" = $((2 * $(logged "init fails"))) ]
}

# The reaper runs the module's code, and sleeps. Dropping one work drops another one.
rmmod_waits_for_the_reaper() {
	load irq_work_leak at=4 ms=1500 && rmmod_ends irq_work_leak &&
		[ "$(logged "the payload is dropped")" = 2 ]
}

endless_work_goes_on() {
	load irq_work_leak at=5 && goes_on counter work_ran
}

load_unload_loop() {
	for _ in $(seq "$LOOPS"); do
		unload crosscall &&
			load crosscall &&
			load irq_work_leak at=0 &&
			unload irq_work_leak || return 1
	done
}

ktap_set_plan 12
load crosscall
check leaked_idle leak_and_unload 0
check leaked_at_exit rmmod_waits 1 2
check static_at_exit rmmod_waits 2 2
check leaked_by_init_that_fails failed_init_waits
check dropped_at_exit rmmod_waits_for_the_reaper
check endless_work_goes_on endless_work_goes_on
check endless_work_ends_with_the_module rmmod_ends irq_work_leak
check the_gate_refused_it [ "$(counter work_refused)" -gt 0 ]
check leaked_exclusive rmmod_waits 6 1
check leaked_shared_object leak_and_unload 7
# It has forgotten a static object whose memory is gone.
check registry_is_clean nothing_in_flight
check "load_and_unload_${LOOPS}_times" load_unload_loop
finish
