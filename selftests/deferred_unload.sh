#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Leaked works and rmmod: no crash, no slot lost, and no wait for a CPU that stays in user mode.
. "$(dirname "$0")/lib.sh"

need_cpus 4
isolated=$(isolated_cpu)
isolated=${isolated:-$(last_cpu)}

leak_and_unload() {
	load deferred_leak at="$1" cpu="$isolated" && rmmod_ends deferred_leak
}

nothing_is_pending() {
	! grep -q '^# cpu' /sys/kernel/debug/crosscall/deferred
}

rmmod_waits_for_a_callback() {
	leak_and_unload 2 && log | grep -q "a callback has run"
}

slots() { grep '^# slots:' /sys/kernel/debug/crosscall/deferred; }

# Each time 16 works; the CPU stays where it is.
slots_come_back() {
	before=$(slots)
	for _ in 1 2 3 4 5 6; do
		leak_and_unload 1 && log | grep -q "leaked: Ok" && nothing_is_pending || return 1
	done
	slots && [ "$(slots)" = "$before" ]
}

runs() { dmesg | grep -c "a callback has run"; }

# What was revoked must not run when the CPU gets into the kernel after all.
nothing_runs_afterwards() {
	before=$(runs)
	vacate
	sleep 0.2
	[ "$(runs)" = "$before" ]
}

failed_init_leaks_nothing() {
	! load deferred_leak at=3 cpu="$isolated" 2>/dev/null && nothing_is_pending
}

chain_ends_with_the_module() {
	load deferred_leak at=4 && goes_on deferred_counter "$(nth_cpu 2)" ran && rmmod_ends deferred_leak
}

# The works of deferred_leak were revoked, or have run.
slot_is_free() {
	[ "$(cat /sys/module/deferred_leak/initstate)" = going ] &&
		! grep -q '^# cpu .*: deferred_leak' /sys/kernel/debug/crosscall/deferred
}

# While the reaper still has a work of the module that goes, another one gets its slot: none of its
# requests is revoked, or lost otherwise.
slot_is_used_again() {
	load deferred_leak at=5 ms=4000 cpu="$isolated" || return 1
	rmmod_ends deferred_leak &
	going=$!
	until slot_is_free; do
		kill -0 "$going" || return 1
	done
	# shellcheck disable=SC2154 # lib.sh sets home
	taskset -c "$home" insmod "$(module_path deferred_isolated)" cpu="$isolated" || return 1
	files=/sys/kernel/debug/deferred_isolated
	accepted=0
	while kill -0 "$going" 2>/dev/null; do
		echo 1 >"$files/coalesce"
		read -r _ deferred _ _ _ sent _ <"$files/coalesce"
		accepted=$((accepted + deferred + sent))
		sleep 0.1
	done
	wait "$going" || return 1
	vacate
	sleep 0.2
	echo "# $accepted accepted meanwhile, $(cat "$files/ran") ran"
	[ "$accepted" -gt 0 ] && [ "$(cat "$files/ran")" = "$accepted" ] &&
		unload deferred_isolated && log | grep -q "out of its slot: true"
}

load_and_unload_crosscall() {
	for _ in $(seq "${UNLOAD_LOOPS:-5}"); do
		unload crosscall && load crosscall && leak_and_unload 1 || return 1
	done
}

ktap_set_plan 9
load crosscall
occupy "$isolated" spin
check leaked_before_use leak_and_unload 0
check leaked_while_pending slots_come_back
check revoked_ones_never_run nothing_runs_afterwards
check leaked_while_running rmmod_waits_for_a_callback
check leaked_by_init_that_fails failed_init_leaks_nothing
check endless_chain_ends_with_the_module chain_ends_with_the_module
check nothing_is_left_of_the_chain nothing_is_pending
occupy "$isolated" spin
check slot_is_used_again slot_is_used_again
SETTLE=0 occupy "$isolated" spin
check load_and_unload load_and_unload_crosscall
vacate
finish
