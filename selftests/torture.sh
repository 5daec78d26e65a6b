#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# All kinds of calls at once, from all CPUs, with an account of each message, while CPUs go off and on, clients are
# loaded and unloaded, a program leaves and enters the kernel on a nohz_full CPU, and allocations fail where the kernel
# has failslab. Measures nothing, and may take long: it is run by name. TORTURE_SECONDS, TORTURE_ONOFF (seconds between
# two changes of a CPU, 0: none), TORTURE_CLIENTS (seconds between two clients, 0: none), TORTURE_FAILSLAB (percent of
# the senders' allocations, 0: none), TORTURE_TRACER (a tracer of ftrace, which follows each function of the crate that
# is compiled for it), TORTURE_BESIDE (stress-ng, and the kernel's own torture: scftorture of smp_call_function(),
# rcutorture of RCU; with commas) and TORTURE_PARAMS (of crosscall_torture.ko) say how.
. "$(dirname "$0")/lib.sh"

need_cpus 2
seconds=${TORTURE_SECONDS:-60}
onoff=${TORTURE_ONOFF:-1}
pause=${TORTURE_CLIENTS:-0.1}
percent=${TORTURE_FAILSLAB:-10}
failslab=/sys/kernel/debug/failslab
params=${TORTURE_PARAMS:-}
tracer=${TORTURE_TRACER:-}
beside=$(echo "${TORTURE_BESIDE:-}" | tr , ' ')
tracing=/sys/kernel/tracing
# Modules, and their parameters at= and ms= (20). They leave calls behind, drop what takes long to drop (longer than it
# takes to free a module), or have calls that queue each other for ever. Two lists, for one of which the other need not
# wait.
clients="csd_leak:8:500 csd_leak:6 irq_work_leak:5 deferred_leak:5 irq_work_leak:2 shared_leak:3 quiesce_leak:3
	irq_work_leak:4 deferred_leak:4 csd_leak:1 irq_work_leak:1 shared_leak:1 deferred_leak:1 quiesce_leak:1
	deferred_leak:2 irq_work_leak:6 quiesce_leak:4"
slow_clients="many_leak:6 many_leak:5:1500 many_leak:1"

# The first CPU stays, and the one that has the program.
switch_cpus() {
	while [ ! -e "$ended" ]; do
		for cpu in $(online_cpus | sed 1d | grep -vx "${isolated:-none}"); do
			sleep "$onoff"
			[ ! -e "$ended" ] || return
			state=/sys/devices/system/cpu/cpu$cpu/online
			[ -w "$state" ] || continue
			# The calls that queue each other for ever end with one of their CPUs, not because their module goes.
			while ls "$ended".endless.* >/dev/null 2>&1; do
				sleep 0.1
			done
			{ echo 0 >"$state" && sleep "$onoff"; echo 1 >"$state"; } 2>/dev/null
		done
	done
}

# What csd_leak with at=8 owns, and what that owns, is dropped before the module has gone. (Unless the CPU that it wanted
# had gone.)
all_is_dropped() {
	since=$(dmesg | sed "1,/client $1\$/d")
	case $since in
	*"csd_leak: refused"*) ;;
	*) [ "$(echo "$since" | grep -c "csd_leak: the payload is dropped")" = 2 ] ;;
	esac
}

# client MODULE AT MS: comes, and goes while its calls are in flight. One may not come, when a CPU that it wants has just
# gone; but each must go.
client() {
	number=$((${number:-0} + 1))
	echo "crosscall_test: client $1 $number" >/dev/kmsg
	case "$1:$2" in
	csd_leak:6 | irq_work_leak:5 | many_leak:6 | deferred_leak:4 | shared_leak:3) touch "$ended.endless.$1" ;;
	esac
	come_and_leave "$@"
	rm -f "$ended.endless.$1"
}

come_and_leave() {
	insmod "$(module_path "$1")" at="$2" ms="${3:-20}" 2>/dev/null || return 0
	if ! rmmod_ends "$1"; then
		echo "$1 at=$2 did not go" >>"$ended.wrong"
	elif [ "$1 $2" = "csd_leak 8" ] && ! all_is_dropped "$1 $number"; then
		echo "$1 at=$2 went too early" >>"$ended.wrong"
	else
		echo "$1 at=$2" >>"$ended.clients"
	fi
}

# Giver makes tokens and goes, and keeper, which has them, uses them after that. On one CPU, which stays.
give_and_keep() {
	while [ ! -e "$ended" ] && [ ! -e "$ended.wrong" ]; do
		number=$((${number:-0} + 1))
		echo "crosscall_test: client keeper $number" >/dev/kmsg
		if insmod "$(module_path giver)" && insmod "$(module_path keeper)" && rmmod_ends giver &&
			rmmod_ends keeper && all_is_kept "keeper $number"; then
			echo "keeper" >>"$ended.clients"
		else
			echo "keeper's tokens" >>"$ended.wrong"
		fi
		sleep "$pause"
	done
}

# Each token is refused or runs, and giver has not gone before its payload was dropped.
all_is_kept() {
	since=$(dmesg | sed "1,/client $1\$/d")
	[ "$(echo "$since" | grep -c "keeper: ktap: ok")" = "$(echo "$since" | sed -n 's/.*keeper: ktap: 1\.\.//p')" ] &&
		[ "$(echo "$since" | grep -c "giver: the slow payload is dropped")" = 1 ]
}

# come_and_go CLIENT...
come_and_go() {
	while [ ! -e "$ended" ] && [ ! -e "$ended.wrong" ]; do
		for client; do
			# shellcheck disable=SC2046 # words
			client $(echo "$client" | tr : ' ')
			# What is in flight, of whichever module.
			cat /sys/kernel/debug/crosscall/* >/dev/null
			[ ! -e "$ended" ] || break
			sleep "$pause"
		done
	done
}

clients_came_and_went() {
	for list in clients wrong; do
		echo "# $list=$(grep -c . "$ended.$list" 2>/dev/null)"
	done
	sort "$ended.wrong" 2>/dev/null | sed 's/^/# /'
	[ -s "$ended.clients" ] && [ ! -s "$ended.wrong" ]
}

# set_failslab PERCENT: for tasks that ask for it.
set_failslab() {
	for setting in task-filter=Y ignore-gfp-wait=N verbose=0 interval=1 times=-1 probability="$1"; do
		echo "${setting#*=}" >"$failslab/${setting%%=*}"
	done
}

# Every other second all of them.
all_fail_at_times() {
	while [ ! -e "$ended" ]; do
		for now in "$percent" 100; do
			echo "$now" >"$failslab/probability"
			sleep 1
		done
	done
}

# One pattern a write, and none that matches nothing: the kernel refuses such a write. kernel/irq_work.c has no function
# that can be traced.
follow_functions() {
	for pattern in '*:mod:crosscall' 'smp_call_function*' '*flush_smp_call_function_queue' generic_exec_single; do
		echo "$pattern" >>"$tracing/set_ftrace_filter" || return 1
	done
	echo 2048 >"$tracing/buffer_size_kb"
	echo "$1" >"$tracing/current_tracer"
}

# Which functions of the crate the kernel's buffers have, of which a few are called most often.
functions_were_traced() {
	echo 0 >"$tracing/tracing_on"
	can=$(grep -c '\[crosscall\]' "$tracing/set_ftrace_filter")
	did=$(sed -nE 's/.*[| ]([A-Za-z0-9_.]+) \[crosscall\](\(\)| <-).*/\1/p' "$tracing/trace" | sort -u | wc -l)
	echo "# $tracer: functions of the crate: followed=$can seen=$did"
	echo nop >"$tracing/current_tracer"
	: >"$tracing/set_ftrace_filter"
	[ "$can" -gt 50 ] && [ "$did" -gt 10 ]
}

# They send IPIs, migrate, change page tables and set timers.
start_stress_ng() {
	{
		stress-ng --membarrier 1 --affinity 1 --vm 1 --vm-bytes 8M --timer 1 --switch 1 --timeout "$seconds" \
			--metrics-brief
		echo "status=$?"
	} >"$ended.stress-ng" 2>&1 &
}

stress_ng_succeeded() {
	sed 's/^/# /' "$ended.stress-ng"
	grep -qx status=0 "$ended.stress-ng"
}

# Its threads go to CPUs that must be there until they have started.
start_scftorture() {
	load torture_c
	load scftorture_c nthreads=2 stat_interval=0 verbose=1
	for _ in $(seq 300); do
		[ "$(logged 'scftorture_invoker [01] started')" != 2 ] || break
		sleep 0.1
	done
}

# Without what it demands of time, which a guest cannot have that shares two CPUs: boosted readers, callbacks that keep
# up. RCUTORTURE_PARAMS adds parameters.
start_rcutorture() {
	load torture
	# shellcheck disable=SC2086 # parameters
	load rcutorture nreaders=2 nfakewriters=2 stat_interval=0 test_boost=0 fwd_progress=0 ${RCUTORTURE_PARAMS:-}
}

rcutorture_succeeded() {
	rmmod rcutorture && rmmod torture || return 1
	dmesg | sed -n 's/.*-torture: \(rtc: .*\)/# rcutorture: \1/p' | tail -n 1
	dmesg | grep -q "torture:--- End of test: SUCCESS: nreaders"
}

# Its last line but one has what it sent, and how much of that was wrong.
scftorture_succeeded() {
	rmmod scftorture_c && rmmod torture_c || return 1
	dmesg | sed -n 's/.*\(scf_invoked_count\)/# scftorture: \1/p' | tail -n 1
	dmesg | grep -q "scftorture.*End of test: SUCCESS"
}

allocations_failed() {
	reported crosscall_torture | grep -q "End of test.* no_memory=[1-9]"
}

real_time_threads_sent() {
	reported crosscall_torture | grep -q "End of test.* rt_operations=[1-9]"
}

# As often as there are threads: on a slow host one operation may last longer than a pause.
threads_paused() {
	pauses=$(reported crosscall_torture | sed -n 's/.*End of test.* pauses=//p')
	[ "${pauses:-0}" -ge $((2 * $(online_cpus | wc -l))) ]
}

ended=$(mktemp -u)
load crosscall
load contexts
if [ -n "$tracer" ]; then
	grep -qsw "$tracer" "$tracing/available_tracers" || skip "needs the tracer $tracer, and tracefs"
	follow_functions "$tracer"
fi
if [ "$percent" != 0 ] && [ -e "$failslab" ]; then
	set_failslab "$percent"
	all_fail_at_times &
	params="$params fail_allocations=1"
fi
if [ "$pause" != 0 ]; then
	for list in "$clients" "$slow_clients"; do
		# shellcheck disable=SC2086 # a list
		come_and_go $list &
	done
	load shelf
	(stay_home && give_and_keep) &
fi
isolated=$(isolated_cpu)
if [ -n "$isolated" ]; then
	SETTLE=0 occupy "$isolated" mixed
fi
for load in $beside; do
	case $load in
	stress-ng) start_stress_ng ;;
	scftorture | rcutorture) "start_$load" ;;
	*) skip "TORTURE_BESIDE=$load is unknown" ;;
	esac
done
if [ "$onoff" != 0 ] && [ "$(online_cpus | wc -l)" -gt 1 ]; then
	switch_cpus &
fi
# shellcheck disable=SC2086 # parameters
load crosscall_torture seconds="$seconds" $params
touch "$ended"
[ -z "$isolated" ] || vacate
wait
[ ! -e "$failslab" ] || set_failslab 0

ktap_set_plan $(($(planned crosscall_torture) + 5 + $(echo "$beside $tracer" | wc -w)))
relay crosscall_torture
case $params in
*rt=0*) ktap_test_skip "real_time_threads_sent (rt=0)" ;;
*) check real_time_threads_sent real_time_threads_sent ;;
esac
case $params in
*fail_allocations=1*) check allocations_failed allocations_failed ;;
*) ktap_test_skip "allocations_failed (no failslab, or TORTURE_FAILSLAB=0)" ;;
esac
case $params in
*stutter_ms=[1-9]*) check threads_paused threads_paused ;;
*) ktap_test_skip "threads_paused (stutter_ms=0)" ;;
esac
if [ "$pause" != 0 ]; then
	check clients_came_and_went clients_came_and_went
else
	ktap_test_skip "clients_came_and_went (TORTURE_CLIENTS=0)"
fi
for load in $beside; do
	case $load in
	stress-ng) check stress_ng_succeeded stress_ng_succeeded ;;
	scftorture | rcutorture) check "${load}_succeeded" "${load}_succeeded" ;;
	esac
done
[ -z "$tracer" ] || check functions_were_traced functions_were_traced
rm -f "$ended" "$ended.clients" "$ended.wrong" "$ended.stress-ng"
check unloads unload crosscall_torture contexts
finish
