#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Calls from all CPUs to sets of CPUs: each runs once on each of them. With all CPUs, with two, and
# while CPUs come and go.
. "$(dirname "$0")/lib.sh"

need_cpus 2
# Once: those that are offline are not counted.
others=$(online_cpus | sed 1d)

# All but the first two.
set_others_online() {
	for cpu in $(echo "$others" | sed 1d); do
		set_online "$cpu" "$1"
	done
}

# ledger MS
ledger() {
	load many_ledger ms="$1"
	relay many_ledger
	unload many_ledger
}

ktap_set_plan 12
load crosscall
ledger "${MANY_MS:-1500}"
check none_was_refused [ "$(counter offline)" = 0 ]

set_others_online 0
ledger "${MANY_TWO_CPUS_MS:-500}"
set_others_online 1

# shellcheck disable=SC2086 # one word for each CPU
cycle $others
ledger "${MANY_HOTPLUG_MS:-2000}"
end_cycle
check some_were_refused [ "$(counter offline)" -gt 0 ]
check counters_balance [ "$(counter queued)" = "$(counter ran)" ]
finish
