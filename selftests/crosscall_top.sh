#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# samples/crosscall-top: its numbers are those of the counters, and it leaves nothing behind.
. "$(dirname "$0")/lib.sh"

need_cpus 2
top=$(dirname "$0")/../samples/crosscall-top
[ -x "$top" ] || skip "needs samples/crosscall-top"
tracing=/sys/kernel/tracing
instance=$tracing/instances/crosscall-top
shown=/tmp/crosscall_top.$$

# With its first readings taken, which later ones are compared with.
start_top() {
	"$top" 1 >"$shown" 2>&1 &
	pid=$!
	for _ in $(seq 100); do
		! grep -q '^calls in' "$shown" || return 0
		sleep 0.1
	done
	cat "$shown"
	return 1
}

# Two pictures more show all that was done before.
stop_top() {
	more=$(($(grep -c '^calls in' "$shown") + 2))
	for _ in $(seq 200); do
		[ "$(grep -c '^calls in' "$shown")" -lt "$more" ] || break
		sleep 0.1
	done
	kill "$pid"
	wait "$pid"
}

# The sum of the pairs in all pictures; of the histograms; of the first lines.
pairs() { awk '/^ *[0-9]+: / { for (i = 2; i <= NF; i++) sum += $i } END { print sum + 0 }' "$shown"; }
runs() { awk '/^microseconds/ { for (i = 2; i <= NF; i++) if ($i ~ /\+:$/) sum += $(i + 1) } END { print sum + 0 }' "$shown"; }
calls() { awk '/^calls in/ { sum += $5 } END { print sum + 0 }' "$shown"; }
deferred() { awk '/^calls in/ { sum += $8 } END { print sum + 0 }' "$shown"; }

# Each CPU has called each.
every_pair() {
	awk -v cpus="$(online_cpus | wc -l)" '/^ *[0-9]+: / { for (i = 2; i <= NF; i++) if ($i > 0) called[$1, i] = 1 }
		END { for (one in called) n++; print "# " n " pairs"; exit n != cpus * cpus }' "$shown"
}

second_is_refused() {
	! "$top" 1 1 >"$shown.2" 2>&1 && grep -q "another crosscall-top runs" "$shown.2"
}

bad_seconds_are_refused() {
	! "$top" x 2>"$shown.2" && grep -q "whole numbers" "$shown.2" && ! "$top" 0 2>"$shown.2" && grep -q "use 1 or more" "$shown.2"
}

nothing_is_left() {
	[ ! -e "$instance" ] && ! grep -q crosscall "$tracing/synthetic_events" && "$top" 1 1 >/dev/null && [ ! -e "$instance" ]
}

# One that goes on would read debugfs for ever, and keep crosscall.ko.
no_process_is_left() {
	sleep 1.5
	left=$(grep -la 'crosscall[-]top' /proc/[0-9]*/cmdline 2>/dev/null)
	[ -z "$left" ] || { echo "# $left"; return 1; }
}

# To a CPU in user mode, if there is one that can be left there.
deferred_works_are_shown() {
	isolated=$(isolated_cpu)
	if [ -n "$isolated" ]; then
		stay_off "$isolated"
		occupy "$isolated" spin
	fi
	start_top
	load deferred_watch cpu="${isolated:-1}" rate=100 seconds=1
	stop_top
	[ -z "$isolated" ] || vacate
	echo "# $(deferred) deferred"
	[ "$(deferred)" = "$(counter deferred deferred)" ] && { [ -z "$isolated" ] || [ "$(deferred)" -gt 0 ]; }
}

oldest_is_named() { grep "^longest in flight: .*csd_leak::slow" "$shown"; }

load crosscall
for file in events/crosscall/crosscall_queued/hist synthetic_events; do
	[ -e "$tracing/$file" ] || skip "needs CONFIG_HIST_TRIGGERS and CONFIG_SYNTH_EVENTS"
done
ktap_set_plan 11
check starts start_top
check second_is_refused second_is_refused
load csd_all_pairs rounds=50
stop_top
sed 's/^/# /' "$shown" | grep -v '^# *$'
queued=$(counter queued)
check every_call_is_shown [ "$(calls)" = "$queued" ]
check each_has_its_pair [ "$(pairs)" = "$queued" ]
check every_run_has_its_time [ "$(runs)" = "$(counter ran)" ]
check all_pairs_are_shown every_pair
check bad_seconds_are_refused bad_seconds_are_refused
check nothing_is_left nothing_is_left
check deferred_works_are_shown deferred_works_are_shown
start_top
load csd_leak at=9 ms=4000
stop_top
check oldest_is_named oldest_is_named
check no_process_is_left no_process_is_left
rm -f "$shown" "$shown.2"
finish
