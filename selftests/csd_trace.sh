#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The tracepoints: each call shows when it is queued, when it runs and when it is done, in this order.
. "$(dirname "$0")/lib.sh"

tracing=/sys/kernel/tracing

events() {
	grep -c "$1: call=" "$traced"
}

# trace SAMPLE...: keeps the events of samples. By a clock that all CPUs share.
trace() {
	echo mono >"$tracing/trace_clock"
	echo >"$tracing/trace"
	echo 1 >"$tracing/events/crosscall/enable"
	load "$@"
	echo 0 >"$tracing/events/crosscall/enable"
	cat "$tracing/trace" >"$traced"
}

# Sums of a trace: pairs, those on one CPU, runs that were not queued before, queueings without a run or
# refusal, negative latencies, and the longest one in us. A work may be queued again while it runs.
pairs() {
	awk '
	!match($0, /crosscall_(queued|run|refused): call=[^ ]+/) { next }
	{
		split(substr($0, RSTART + 10, RLENGTH - 10), event, ": call=")
		call = event[2]
		match($0, /\[[0-9]+\]/)
		cpu = substr($0, RSTART + 1, RLENGTH - 2) + 0
		for (i = 1; i <= NF; i++) if ($i ~ /^[0-9]+\.[0-9]+:$/) time = $i + 0
	}
	event[1] == "queued" { queued[call]++; at[call] = time; by[call] = cpu; next }
	!queued[call] { inverted += event[1] == "run"; next }
	{ queued[call]-- }
	event[1] == "run" {
		pairs++
		latency = time - at[call]
		if (latency < 0) negative++
		if (latency > longest) longest = latency
		if (by[call] == cpu) own++
	}
	END {
		for (call in queued) left += queued[call]
		printf "pairs %d own %d inverted %d left %d negative %d longest_us %d\n",
			pairs, own, inverted, left, negative, longest * 1000000
	}' "$traced"
}

# One of these sums.
sum_of() {
	echo "$sums" | awk -v want="$1" '{ for (i = 1; i < NF; i += 2) if ($i == want) print $(i + 1) }'
}

# in_order SAMPLE: whether each run was queued before, and each queueing ran.
in_order() {
	sums=$(pairs)
	echo "# $1: $sums"
	[ "$(sum_of pairs)" -gt 0 ] && [ "$(sum_of inverted)" = 0 ] && [ "$(sum_of left)" = 0 ] &&
		[ "$(sum_of negative)" = 0 ]
}

load crosscall
[ -d "$tracing/events/crosscall" ] || skip "needs CONFIG_FTRACE and tracefs"

traced=/tmp/crosscall_traced.$$
trace csd_all_pairs rounds=2

ktap_set_plan 9
check every_queueing_is_traced [ "$(events crosscall_queued)" = "$(counter queued)" ]
check every_run_is_traced [ "$(events crosscall_run)" = "$(counter ran)" ]
check every_end_is_traced [ "$(events crosscall_done)" = "$(counter ran)" ]
check the_callback_is_named grep -q "crosscall_queued: .*callback=.*csd_all_pairs" "$traced"
check csd_runs_after_its_queueing in_order csd_all_pairs
# Calls to the CPU that queues them run within the queueing.
check inline_calls_too [ "$(sum_of own)" -gt 0 ]
trace many_collect
check many_runs_after_its_queueing in_order many_collect
check many_inline_calls_too [ "$(sum_of own)" -gt 0 ]
trace shared_flush
check work_runs_after_its_queueing in_order shared_flush
rm -f "$traced"
finish
