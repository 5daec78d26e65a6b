#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# All CPU pairs, concurrent senders: every call runs once.
. "$(dirname "$0")/lib.sh"

all_pairs() {
	load csd_all_pairs rounds=20 && log | grep -q "every call accounted for"
}

load crosscall
load csd_ledger ms="${LEDGER_MS:-2000}"
ktap_set_plan $(($(planned csd_ledger) + 2))
relay csd_ledger
check all_pairs all_pairs
check counters_balance [ "$(counter queued)" = "$(counter ran)" ]
finish
