#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Each sample, on however many CPUs there are: it runs and says what it saw, or says why it cannot.
. "$(dirname "$0")/lib.sh"

cpus=$(online_cpus | wc -l)
# shellcheck disable=SC2154 # lib.sh sets here
demo=$here/../scripts/guest/demo

# says TEXT SAMPLE [PARAMETER=VALUE...]
says() {
	text=$1
	shift
	load "$@" && log | grep -q "$1: .*$text" && unload "$1"
}

# That another CPU is needed.
refuses() {
	! load "$1" 2>/dev/null && log | grep -q "$1: needs 2 CPUs online, there is 1"
}

# What "make run" shows: a row of the heat map for each CPU, the timeline, and that all is well.
demo_ends() {
	# shellcheck disable=SC2046 # one word for each module
	unload $(our_modules) && shown=$(sh "$demo" brief) &&
		[ "$(echo "$shown" | grep -cE '^ +[0-9]+:( +[0-9.]+ .| +offline)+')" = "$cpus" ] &&
		echo "$shown" | grep -q '^a call from CPU .* queued --.* the callback runs --' &&
		echo "$shown" | grep -q '^verdict: every one of [0-9]* calls accounted for' && echo "$shown" | grep -qx unloaded
}

ktap_set_plan 8
load crosscall
check csd_all_pairs says "every call accounted for" csd_all_pairs rounds=2
check csd_latency says "from [0-9]*: .*[0-9]/[0-9]" csd_latency rounds=3
check irq_work_sampler says "[1-9][0-9]* samples taken, every sample accounted for" irq_work_sampler ms=50
check many_collect says "5 questions, $((5 * cpus)) answers" many_collect rounds=5
# The CPU that publishes counts only where it is alone.
counting=$((cpus > 1 ? cpus - 1 : 1))
check shared_flush says "$((100 * counting)) events, each was rung for" shared_flush events=100
if [ "$cpus" -ge 2 ]; then
	check wedged_gpu says "the GPU is reset; 0 requests were written meanwhile" wedged_gpu ms=20
else
	check wedged_gpu refuses wedged_gpu
fi
check deferred_watch load deferred_watch cpu="$(last_cpu)" rate=100 seconds=1
if [ -e "$demo" ]; then
	check demo demo_ends
else
	ktap_test_skip demo
fi
finish
