#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# All CPUs fire the same calls at each other, and account for each attempt; then while a CPU goes off and on.
. "$(dirname "$0")/lib.sh"

MS=${STORM_MS:-1000}

cycle() {
	while [ -e "$running" ]; do
		set_online 2 0
		set_online 2 1
	done
}

storm() {
	load shared_storm ms="$1"
	relay shared_storm
	unload shared_storm
}

sample() {
	load shared_flush && log | grep -q "all were published" && unload shared_flush
}

running=/tmp/crosscall_cycling.$$
ktap_set_plan 15
load crosscall
storm "$MS"
touch "$running"
cycle &
storm "$MS"
rm -f "$running"
wait
check sample sample
check counters_balance [ "$(counter work_queued)" = "$(counter work_ran)" ]
check offline_is_counted [ "$(counter work_offline)" -gt 0 ]
finish
