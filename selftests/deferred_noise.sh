#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What osnoise sees of the interrupts of a CPU in user mode, with the same requests made by direct
# calls and as deferred work. Needs nohz_full= and CONFIG_OSNOISE_TRACER.
. "$(dirname "$0")/lib.sh"

tracing=/sys/kernel/tracing
isolated=$(isolated_cpu)
[ -n "$isolated" ] || skip "needs a CPU that is nohz_full"
[ -d "$tracing/osnoise" ] || skip "needs CONFIG_OSNOISE_TRACER"
stay_off "$isolated"

start_osnoise() {
	# The noise of the program, not that of a workload in the kernel.
	echo NO_OSNOISE_WORKLOAD >"$tracing/osnoise/options"
	echo "$isolated" >"$tracing/osnoise/cpus"
	echo 1 >"$tracing/events/osnoise/irq_noise/enable"
	echo osnoise >"$tracing/current_tracer"
}

stop_osnoise() {
	echo nop >"$tracing/current_tracer"
	echo 0 >"$tracing/events/osnoise/irq_noise/enable"
	echo OSNOISE_WORKLOAD >"$tracing/osnoise/options"
}

# noise DIRECT: prints the number of interrupts and their microseconds.
noise() {
	sleep 1
	echo >"$tracing/trace"
	load deferred_watch cpu="$isolated" direct="$1" rate=500 seconds=3
	unload deferred_watch
	awk -v cpu="$(printf '[%03d]' "$isolated")" 'index($0, cpu) && /irq_noise/ {
			number++
			sub(/.*duration /, "")
			ns += $1
		}
		END { print number + 0, int(ns / 1000) }' "$tracing/trace"
}

ktap_set_plan 2
load crosscall
occupy "$isolated" spin
start_osnoise
# shellcheck disable=SC2046 # two words each
set -- $(noise 1) $(noise 0)
for _ in 1 2; do
	# The host may stop an emulated CPU within an interrupt, which then takes long.
	[ "$4" -gt $(($2 / 10)) ] || break
	echo "# deferred: $3 interrupts, $4 us; once more"
	# shellcheck disable=SC2046 # two words
	set -- "$1" "$2" $(noise 0)
done
stop_osnoise
vacate
echo "# 1500 requests in 3 seconds: direct $1 interrupts, $2 us; deferred $3 interrupts, $4 us"
echo "# noise of interrupts, direct to deferred: $(($2 / ($4 > 0 ? $4 : 1))) to 1"
check direct_calls_are_noise [ "$1" -ge 1000 ]
check deferred_work_is_a_tenth_at_most [ "$3" -le $(($1 / 10)) -a "$4" -le $(($2 / 10)) ]
finish
