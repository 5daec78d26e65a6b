#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The IPIs of a call by mask: one for all CPUs that sleep, none to CPUs that poll (idle=poll).
. "$(dirname "$0")/lib.sh"

need_cpus 4
tracing=/sys/kernel/tracing
ipis="$tracing/events/ipi/ipi_send_cpu $tracing/events/ipi/ipi_send_cpumask"
queued=$tracing/events/csd/csd_queue_cpu
for event in $ipis $queued; do
	[ -d "$event" ] || skip "needs the tracepoint ${event##*/}"
done

calls=20
caller=$(nth_cpu 1)
others=$(but "$caller")
others_do="sleep"
! grep -q idle=poll /proc/cmdline || others_do="poll"

# What the calls of one load of many_ipis sent. The csds of a call by mask have the function
# RawMany::arrived_by_mask, others RawMany::arrived, and the IPI for csds follows them.
#	one	calls with one IPI, for a mask of all other CPUs, and no csd of their own
#	quiet	calls by csds, one for each other CPU, without an IPI
sums() {
	awk -v others="$(online_cpus | grep -vxc "$caller")" '
	function ends() {
		if (by_mask == others && !by_csd && masks == 1 && !singles) one++
		if (!by_mask && by_csd == others && !masks && !singles) quiet++
		by_mask = by_csd = masks = singles = 0
	}
	!/ insmod-|^ *insmod-/ { next }
	/: csd_queue_cpu: / && /RawMany[0-9]*arrived/ {
		ours = 1
		if (by_mask + by_csd == others) ends()
		if (/arrived_by_mask/) by_mask++
		else by_csd++
		next
	}
	ours && /: ipi_send_cpumask: / { masks++ }
	ours && /: ipi_send_cpu: / { singles++ }
	{ ours = 0 }
	END { ends(); print one + 0, quiet + 0 }' "$tracing/trace"
}

measure() {
	echo >"$tracing/trace"
	load many_ipis || return 1
	unload many_ipis
	# shellcheck disable=SC2046 # two numbers
	set -- $(sums)
	one=$1 quiet=$2
	echo "# of $calls calls to CPUs $others, which $others_do, $one sent one IPI to all, $quiet none"
}

# Now and then a CPU is busy, or about to sleep, when it is called.
mostly() {
	for _ in 1 2 3 4 5; do
		measure || return 1
		if [ "$others_do" = poll ]; then
			[ "$quiet" -lt $((calls * 3 / 4)) ] || return 0
		else
			[ "$one" -lt $((calls * 3 / 4)) ] || return 0
		fi
	done
	return 1
}

load crosscall
for event in $ipis $queued; do
	echo 1 >"$event/enable"
done
ktap_set_plan 1
if [ "$others_do" = poll ]; then
	check no_ipi_to_cpus_that_poll mostly
else
	check one_ipi_to_cpus_that_sleep mostly
fi
echo 0 >"$tracing/events/enable"
finish
