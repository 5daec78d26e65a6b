#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What one client costs others: a payload that takes long to drop, and many objects.
. "$(dirname "$0")/lib.sh"

need_cpus 3
in_flight=/sys/kernel/debug/crosscall/in_flight
watch=/tmp/crosscall_watch.$$

# Whether the other client's drop still lasts: else nothing was tested.
being_dropped() {
	for _ in $(seq 50); do
		! grep -Eq '^cpu [0-9]+ being dropped for [0-9]+ ms: csd_leak::slow' "$in_flight" || return 0
		sleep 0.1
	done
	cat "$in_flight"
	return 1
}

# It did not wait for the drop, which lasts longer.
idle_client_goes() {
	load irq_work_leak at=0 && rmmod_ends irq_work_leak && being_dropped
}

# It has payloads of its own.
busy_client_goes() {
	load irq_work_leak at=4 ms=50 && rmmod_ends irq_work_leak &&
		[ "$(logged "the payload is dropped")" = 2 ] && being_dropped
}

start_rmmod() {
	# shellcheck disable=SC2154 # lib.sh sets home
	taskset -c "$home" rmmod csd_leak &
	owner=$!
}

# Other tests have left the same lines.
since_the_start() { dmesg | sed "1,/crosscall_test: $$ clients_unload/d"; }

owner_has_waited() {
	wait "$owner" && [ "$(since_the_start | grep -c "csd_leak: the payload is dropped")" = 1 ] && nothing_in_flight
}

# Which module, which function, and for how long.
wait_was_reported() {
	since_the_start |
		grep -Eq 'module csd_leak cannot go yet: cpu [0-9]+ being dropped for [0-9]{4,} ms: csd_leak::slow'
}

# A CPU walks over all objects again and again, while the module asks how long its interrupts are off.
load_crowd() {
	taskset -c "$(nth_cpu 3)" sh "$(dirname "$0")/watch.sh" "$watch" &
	until [ -e "$watch" ]; do
		sleep 0.1
	done
	load crowd other="$(nth_cpu 3)" count="$(or_fewer 100000)"
	status=$?
	touch "$watch.stop"
	wait
	return $status
}

# The walks over the crowd, those of its rmmod included, looked at 32 objects at a time.
walks_let_interrupts_in() {
	longest=$(sed -n 's/^# registry: interrupts off for \([0-9]*\) objects.*/\1/p' /sys/kernel/debug/crosscall/stats)
	echo "# interrupts off for $longest objects at most"
	[ "$longest" -gt 1 ] && [ "$longest" -le 32 ]
}

# A module drops a closure of another one, which goes meanwhile: its code runs.
keeper_drops_a_closure() {
	load shelf && load giver && load keeper && rmmod_ends giver &&
		[ "$(logged "giver: the slow payload is dropped")" = 1 ]
}

# A module keeps tokens of another one, which is gone, and whose memory others have.
keeper_uses_what_is_left() {
	insmod "$(module_path csd_all_pairs)" rounds=1 && rmmod csd_all_pairs &&
		insmod "$(module_path irq_work_leak)" at=0 && rmmod_ends keeper &&
		rmmod_ends irq_work_leak
}

ktap_set_plan 29
load crosscall
echo "crosscall_test: $$ clients_unload" >/dev/kmsg
# First: later the gate also refuses by what other modules have left behind.
check unload_waits_for_a_drop_elsewhere keeper_drops_a_closure
check tokens_outlive_their_module keeper_uses_what_is_left
relay keeper
load csd_leak at=9 ms=9000
check drop_is_listed being_dropped
check idle_client_goes idle_client_goes
start_rmmod
check idle_client_goes_beside_another_one idle_client_goes
check client_with_payloads_goes busy_client_goes
check owner_waits_for_its_payload owner_has_waited
check wait_was_reported wait_was_reported
check crowd_is_there load_crowd
relay crowd
check crowd_goes rmmod_ends crowd
check walks_let_interrupts_in walks_let_interrupts_in
check registry_is_clean nothing_in_flight
finish
