#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What a shared call promises, in each mode.
. "$(dirname "$0")/lib.sh"

need_cpus 4
offline=$(last_cpu)

load crosscall
load contexts
load_while_offline "$offline" shared_forms offline="$offline"

ktap_set_plan $(($(planned shared_forms) + 2))
relay shared_forms
check counters_balance [ "$(counter work_queued)" = "$(counter work_ran)" ]
check refusals_are_counted [ "$(counter work_offline)" -gt 0 -a "$(counter work_refused)" -gt 0 -a \
	"$(counter work_coalesced)" -gt 0 ]
finish
