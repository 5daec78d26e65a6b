#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Bad module parameters: an error that says what to do, and nothing stays behind.
. "$(dirname "$0")/lib.sh"

# refused MODULE PARAMETER MESSAGE
refused() {
	! load "$1" "$2" 2>/dev/null || return 1
	! loaded "$1" || return 1
	log | grep -q "$1: .*$3"
}

ktap_set_plan 9
load crosscall
check rounds_0 refused csd_all_pairs rounds=0 "must be 1 to 100000"
check rounds_too_large refused csd_all_pairs rounds=100001 "must be 1 to 100000"
check rounds_negative refused csd_all_pairs rounds=-1 "invalid for parameter"
check ms_0 refused csd_ledger ms=0 "must be 1 to 600000"
check at_unknown refused csd_leak at=10 "must be 0 to 9"
check cpu_negative refused csd_leak other=-5 "there is no such CPU"
check cpu_too_large refused csd_leak other=100000 "there is no such CPU"
check offline_missing refused csd_forms other=1 "there is no such CPU"
check works_afterwards load csd_all_pairs rounds=1
finish
