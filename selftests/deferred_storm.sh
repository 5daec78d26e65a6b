#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Requests from all CPUs race with a CPU that goes in and out of the kernel by system calls, page
# faults and signals, is hit by NMIs, and goes off and on: all of them run, or are revoked, once.
# STORMS names what the CPU does meanwhile, STORM_MS says how long each lasts.
. "$(dirname "$0")/lib.sh"

need_cpus 2
storms=${STORMS:-getpid fault signal mixed hotplug}
ms=${STORM_MS:-2000}
# Without nohz_full= all of it goes by IPI.
isolated=$(isolated_cpu)
isolated=${isolated:-$(last_cpu)}
stop=/tmp/crosscall_storm.$$
export SETTLE=0.2

unplug_and_plug() {
	while [ ! -e "$stop" ]; do
		set_online "$isolated" 0
		set_online "$isolated" 1
		# The program was driven away.
		# shellcheck disable=SC2154 # set by occupy
		taskset -pc "$isolated" "$occupant" >/dev/null
		sleep 0.1
	done
}

storm() {
	case $1 in
	hotplug)
		occupy "$isolated" mixed
		unplug_and_plug &
		plugger=$!
		;;
	*) occupy "$isolated" "$1" ;;
	esac
	echo "# the program's mode: $1"
	load deferred_storm ms="$ms" cpu="$isolated"
	if [ "$1" = hotplug ]; then
		touch "$stop"
		wait "$plugger"
		rm -f "$stop"
	fi
	check "the_program_ran_all_the_time_$1" vacate
	relay deferred_storm
	[ "$1" != hotplug ] || check requests_met_the_cpu_offline [ "$(offline)" -gt 0 ]
	unload deferred_storm
}

# How many requests were refused for that.
offline() { reported deferred_storm | sed -n 's/^# offline //p'; }

# shellcheck disable=SC2086 # words
set -- $storms
ktap_set_plan $(($# * 6 + $(printf '%s\n' "$@" | grep -cx hotplug)))
load crosscall
load contexts
for mode; do
	storm "$mode"
done
finish
