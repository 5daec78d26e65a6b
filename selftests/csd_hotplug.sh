#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# CPUs come and go under load: queued calls run, others are refused, none is lost.
. "$(dirname "$0")/lib.sh"

stop=/tmp/crosscall_hotplug.$$

storm() {
	while [ ! -e "$stop" ]; do
		for cpu in $(seq 1 "$(last_cpu)"); do
			set_online "$cpu" 0
			set_online "$cpu" 1
		done
	done
}

load crosscall
storm &
load csd_ledger ms="${HOTPLUG_MS:-5000}"
touch "$stop"
wait
rm -f "$stop"

ktap_set_plan $(($(planned csd_ledger) + 2))
relay csd_ledger
check some_were_refused [ "$(counter offline)" -gt 0 ]
check counters_balance [ "$(counter queued)" = "$(counter ran)" ]
finish
