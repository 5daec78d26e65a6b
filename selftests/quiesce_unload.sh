#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Handlers whose tokens were leaked or dropped while a CPU runs them, and rmmod: no crash, and rmmod
# waits for what is still to run or to be dropped.
. "$(dirname "$0")/lib.sh"

need_cpus 2

leak_and_unload() {
	load quiesce_leak at="$1" && rmmod_ends quiesce_leak && [ "$(logged "the handler has run")" = 1 ]
}

drop_and_unload() {
	leak_and_unload 1 && [ "$(logged "the state is dropped")" = 1 ]
}

# insmod may try twice.
failed_init_waits() {
	! load quiesce_leak at=2 2>/dev/null && [ "$(log | tail -n 1)" = "quiesce_leak: the state is dropped" ]
}

# Behind a flush of all CPUs.
crosscall_goes_without_a_cpu() {
	offline=$(last_cpu)
	set_online "$offline" 0 && unload crosscall && set_online "$offline" 1
}

ktap_set_plan 7
load crosscall
check all_leaked leak_and_unload 0
check dropped_at_exit drop_and_unload
check dropped_by_init_that_fails failed_init_waits
check replaced_leaked_at_exit leak_and_unload 3
check slot_leaked_at_exit leak_and_unload 4
check nothing_is_left nothing_in_flight
check crosscall_goes_without_a_cpu crosscall_goes_without_a_cpu
finish
