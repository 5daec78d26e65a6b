#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Waits that end early: timeouts, fatal signals, expedited grace periods.
. "$(dirname "$0")/lib.sh"

need_cpus 4
offline=$(last_cpu)

load crosscall
load contexts
load_while_offline "$offline" wait_rules offline="$offline"

ktap_set_plan $(($(planned wait_rules) + 2))
relay wait_rules
check counters_balance [ "$(counter queued)" = "$(counter ran)" ]
check stalls_are_counted [ "$(counter stalled)" -gt 0 ]
finish
