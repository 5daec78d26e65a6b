#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A CPU in user mode is not interrupted by deferred works, and runs them before the first system
# call can look. Needs nohz_full=.
. "$(dirname "$0")/lib.sh"

N=${REQUESTS:-10000}

files=/sys/kernel/debug/deferred_isolated
tracing=/sys/kernel/tracing
isolated=$(isolated_cpu)
[ -n "$isolated" ] || skip "needs a CPU that is nohz_full"
stay_off "$isolated"

# What the tracepoints saw sent to the isolated CPU.
traced() {
	grep -c -E "(ipi_send_cpu|csd_queue_cpu): cpu=$isolated |ipi_send_cpumask: cpumask=[0-9,-]*$isolated" \
		"$tracing/trace"
}

# measure COMMAND: N requests; sets $rose, $saw and $outcome.
measure() {
	echo >"$tracing/trace"
	before=$(interrupts "$isolated" "Function call|IRQ work")
	echo "$N" >"$files/$1"
	rose=$(($(interrupts "$isolated" "Function call|IRQ work") - before))
	saw=$(traced)
	outcome=$(cat "$files/$1")
	echo "# $1 $N times: $rose interrupts for calls and works, $saw sent according to the tracepoints; $outcome"
}

# quiet COMMAND OUTCOME [AGAIN]: once in a while the kernel has to do with the CPU for reasons of its own. What was sent
# before that may be pending still: then the outcome is AGAIN.
quiet() {
	again=
	for _ in 1 2 3 4 5; do
		measure "$1"
		if [ "$rose" = 0 ] && [ "$saw" = 0 ]; then
			[ "$outcome" != "$2" ] || return 0
			[ "$outcome" != "$again" ] || return 0
		fi
		again=${3:-$2}
		sleep 2
	done
	return 1
}

many_are_quiet() {
	quiet defer "deferred $N already 0 sent 0 revoked $N"
}

coalesced_are_quiet() {
	quiet coalesce "deferred 1 already $((N - 1)) sent 0 revoked 0" "deferred 0 already $N sent 0 revoked 0"
}

# Now and then a CPU takes an interrupt of its own, and then nothing is pending any more.
listed() {
	for _ in 1 2 3 4 5; do
		if [ "$(deferred_counter "$isolated" pending)" = 1 ] &&
			grep -q "^# cpu $isolated for [0-9]* ms: deferred_isolated::Counter" \
				/sys/kernel/debug/crosscall/deferred; then
			return 0
		fi
		measure coalesce
	done
	return 1
}

direct_ones_interrupt() {
	measure direct
	[ "$rose" -ge "$((N * 9 / 10))" ] && [ "$saw" -ge "$N" ]
}

# A program on the isolated CPU reads the count, first thing after having been in user mode. That
# must include the request that was made meanwhile.
system_call_sees_it() {
	pipe=/tmp/crosscall_ask.$$
	waited=0
	for _ in 1 2 3 4 5; do
		rm -f "$pipe"
		mkfifo "$pipe"
		"$(program isolated)" "$isolated" ask "$files/ran" <"$pipe" >"$pipe.answer" &
		exec 4>"$pipe"
		sleep 2
		want=$(($(cat "$files/ran") + 1))
		echo 1 >"$files/coalesce"
		[ "$(cat "$files/ran")" = "$want" ] || waited=$((waited + 1))
		echo go >&4
		exec 4>&-
		wait
		answer=$(cat "$pipe.answer")
		echo "# the system call saw $answer, wanted $want"
		[ "$answer" = "$want" ] || return 1
	done
	rm -f "$pipe" "$pipe.answer"
	echo "# $waited of 5 were still waiting when the program entered the kernel"
	[ "$waited" -gt 0 ]
}

ktap_set_plan 6
load crosscall
load deferred_isolated cpu="$isolated"
for event in ipi/ipi_send_cpu ipi/ipi_send_cpumask csd/csd_queue_cpu; do
	[ ! -d "$tracing/events/$event" ] || echo 1 >"$tracing/events/$event/enable"
done
occupy "$isolated" spin

check "${N}_deferred_no_interrupt" many_are_quiet
check "${N}_coalesced_no_interrupt" coalesced_are_quiet
check pending_is_listed listed
check "${N}_direct_interrupts" direct_ones_interrupt
vacate
check the_first_system_call_sees_it system_call_sees_it
check runs_are_counted [ "$(deferred_counter "$isolated" ran)" = "$(cat "$files/ran")" ]
echo 0 >"$tracing/events/enable"
finish
