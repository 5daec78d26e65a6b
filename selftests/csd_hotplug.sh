#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# CPUs come and go under load: queued calls run, others are refused, none is lost.
. "$(dirname "$0")/lib.sh"

need_cpus 2

# For nothing else than a CPU that is offline.
some_were_refused() {
	refused=$(reported csd_ledger | sed -n 's/^# queued .* refused //p')
	[ "$refused" -gt 0 ] && [ "$refused" = "$(counter offline)" ]
}

load crosscall
# shellcheck disable=SC2046 # one word for each CPU
cycle $(online_cpus | sed 1d)
load csd_ledger ms="${HOTPLUG_MS:-5000}"
end_cycle

ktap_set_plan $(($(planned csd_ledger) + 2))
relay csd_ledger
check some_were_refused some_were_refused
check counters_balance [ "$(counter queued)" = "$(counter ran)" ]
finish
