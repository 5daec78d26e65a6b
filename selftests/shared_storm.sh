#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# All CPUs fire the same calls at each other, and account for each attempt; then while a CPU goes off and on.
. "$(dirname "$0")/lib.sh"

need_cpus 3
MS=${STORM_MS:-1000}

storm() {
	load shared_storm ms="$1"
	relay shared_storm
	unload shared_storm
}

sample() {
	load shared_flush && log | grep -q "all were published" && unload shared_flush
}

ktap_set_plan 15
load crosscall
storm "$MS"
cycle "$(nth_cpu 3)"
storm "$MS"
end_cycle
check sample sample
check counters_balance [ "$(counter work_queued)" = "$(counter work_ran)" ]
check offline_is_counted [ "$(counter work_offline)" -gt 0 ]
finish
