#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# All CPU pairs, concurrent senders: every call runs once.
. "$(dirname "$0")/lib.sh"

# All CPUs are online; of others, no more than crosscall counts.
none_was_refused() {
	refused=$(reported csd_ledger | sed -n 's/^# queued .* refused //p')
	if [ "$(cpu_list possible)" = "$(online_cpus)" ]; then
		[ "$refused" = 0 ]
	else
		[ "$refused" = "$(counter offline)" ]
	fi
}

all_pairs() {
	load csd_all_pairs rounds=20 && log | grep -q "every call accounted for"
}

load crosscall
load csd_ledger ms="${LEDGER_MS:-2000}"
ktap_set_plan $(($(planned csd_ledger) + 3))
relay csd_ledger
check none_was_refused none_was_refused
check all_pairs all_pairs
check counters_balance [ "$(counter queued)" = "$(counter ran)" ]
finish
