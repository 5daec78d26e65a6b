#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# All kinds of calls at once, from all CPUs, with an account of each message, while CPUs go off and on, clients are
# loaded and unloaded, and allocations fail where the kernel has failslab. Measures nothing, and may take long: it is
# run by name. TORTURE_SECONDS, TORTURE_ONOFF (seconds between two changes of a CPU, 0: none), TORTURE_CLIENTS (seconds
# between two clients, 0: none), TORTURE_FAILSLAB (percent of the senders' allocations, 0: none) and TORTURE_PARAMS (of
# crosscall_torture.ko) say how.
. "$(dirname "$0")/lib.sh"

need_cpus 2
seconds=${TORTURE_SECONDS:-60}
onoff=${TORTURE_ONOFF:-1}
pause=${TORTURE_CLIENTS:-0.5}
percent=${TORTURE_FAILSLAB:-10}
failslab=/sys/kernel/debug/failslab
params=${TORTURE_PARAMS:-}

# The first CPU stays, and the last one while there are but two.
switch_cpus() {
	while [ ! -e "$1" ]; do
		for cpu in $(online_cpus | sed 1d); do
			sleep "$onoff"
			[ ! -e "$1" ] || return
			state=/sys/devices/system/cpu/cpu$cpu/online
			[ -w "$state" ] || continue
			{ echo 0 >"$state" && sleep "$onoff"; echo 1 >"$state"; } 2>/dev/null
		done
	done
}

# Clients that leak calls, and are unloaded while these are in flight.
come_and_go() {
	while [ ! -e "$1" ]; do
		for client in csd_leak irq_work_leak many_leak; do
			insmod "$(module_path "$client")" at=1 ms=20 && rmmod "$client" && echo "$client" >>"$1.clients"
			sleep "$pause"
		done
	done
}

clients_came_and_went() {
	echo "# clients=$(grep -c . "$ended.clients" 2>/dev/null)"
	[ -s "$ended.clients" ]
}

# set_failslab PERCENT: for tasks that ask for it.
set_failslab() {
	for setting in task-filter=Y ignore-gfp-wait=N verbose=0 interval=1 times=-1 probability="$1"; do
		echo "${setting#*=}" >"$failslab/${setting%%=*}"
	done
}

# Every other second all of them.
all_fail_at_times() {
	while [ ! -e "$1" ]; do
		for now in "$percent" 100; do
			echo "$now" >"$failslab/probability"
			sleep 1
		done
	done
}

allocations_failed() {
	reported crosscall_torture | grep -q "End of test.* no_memory=[1-9]"
}

real_time_threads_sent() {
	reported crosscall_torture | grep -q "End of test.* rt_operations=[1-9]"
}

ended=$(mktemp -u)
load crosscall
load contexts
if [ "$percent" != 0 ] && [ -e "$failslab" ]; then
	set_failslab "$percent"
	all_fail_at_times "$ended" &
	params="$params fail_allocations=1"
fi
if [ "$pause" != 0 ]; then
	come_and_go "$ended" &
fi
if [ "$onoff" != 0 ] && [ "$(online_cpus | wc -l)" -gt 1 ]; then
	switch_cpus "$ended" &
fi
# shellcheck disable=SC2086 # parameters
load crosscall_torture seconds="$seconds" $params
touch "$ended"
wait
[ ! -e "$failslab" ] || set_failslab 0

ktap_set_plan $(($(planned crosscall_torture) + 4))
relay crosscall_torture
case $params in
*rt=0*) ktap_test_skip "real_time_threads_sent (rt=0)" ;;
*) check real_time_threads_sent real_time_threads_sent ;;
esac
case $params in
*fail_allocations=1*) check allocations_failed allocations_failed ;;
*) ktap_test_skip "allocations_failed (no failslab, or TORTURE_FAILSLAB=0)" ;;
esac
if [ "$pause" != 0 ]; then
	check clients_came_and_went clients_came_and_went
else
	ktap_test_skip "clients_came_and_went (TORTURE_CLIENTS=0)"
fi
rm -f "$ended" "$ended.clients"
check unloads unload crosscall_torture contexts
finish
