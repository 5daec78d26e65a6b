#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A CPU without a tick gets an interrupt for a lazy work, and one with a tick does not. Needs nohz_full= for
# the one, or nohz=off for the other.
. "$(dirname "$0")/lib.sh"

TIMES=50

need_cpus 2
isolated=$(isolated_cpu)
if grep -qw nohz=off /proc/cmdline; then
	cpu=$(nth_cpu 2)
elif [ -n "$isolated" ]; then
	cpu=$isolated
else
	skip "needs a CPU that is nohz_full, or nohz=off"
fi
# shellcheck disable=SC2154 # lib.sh sets home
taskset -pc "$home" $$ >/dev/null

# measure LAZY: sets $rose.
measure() {
	before=$(interrupts "$cpu" "IRQ work")
	load irq_work_lazy cpu="$cpu" lazy="$1" times="$TIMES"
	rose=$(($(interrupts "$cpu" "IRQ work") - before))
	relay irq_work_lazy
	unload irq_work_lazy
	echo "# $rose irq_work interrupts for $TIMES works"
}

tick_is_stopped() {
	awk -v cpu="$cpu" '$1 == "cpu:" { here = $2 == cpu } here && $1 == ".tick_stopped" { print $3 }' \
		/proc/timer_list | grep -q 1
}

# It may be started again for a moment.
tick_stops() {
	for _ in $(seq 50); do
		! tick_is_stopped || return 0
		sleep 0.1
	done
	return 1
}

load crosscall
load contexts
if [ "$cpu" = "$isolated" ]; then
	ktap_set_plan 5
	occupy "$cpu" spin
	check tick_is_stopped tick_stops
else
	ktap_set_plan 4
fi
measure 1
if [ "$cpu" = "$isolated" ]; then
	check lazy_works_interrupt_it [ "$rose" -ge "$((TIMES * 9 / 10))" ]
else
	check lazy_works_wait_for_the_tick [ "$rose" -le "$((TIMES / 10))" ]
fi
measure 0
check normal_works_interrupt_it [ "$rose" -ge "$((TIMES * 9 / 10))" ]
if [ "$cpu" = "$isolated" ]; then
	vacate
fi
finish
