#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What each operation on an irq_work promises.
. "$(dirname "$0")/lib.sh"

need_cpus 4
offline=$(last_cpu)

load crosscall
load contexts
load_while_offline "$offline" irq_work_rules offline="$offline"

ktap_set_plan $(($(planned irq_work_rules) + 2))
relay irq_work_rules
check counters_balance [ "$(counter work_queued)" = "$(counter work_ran)" ]
check refusals_are_counted [ "$(counter work_offline)" -gt 0 -a "$(counter work_refused)" -gt 0 -a \
	"$(counter work_coalesced)" -gt 0 ]
finish
