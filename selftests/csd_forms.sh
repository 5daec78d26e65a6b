#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Each form of a csd call, and what each operation promises.
. "$(dirname "$0")/lib.sh"

need_cpus 3
offline=$(last_cpu)

load crosscall
load_while_offline "$offline" csd_forms offline="$offline"

ktap_set_plan $(($(planned csd_forms) + 2))
relay csd_forms
check counters_balance [ "$(counter queued)" = "$(counter ran)" ]
check refusals_and_stalls_are_counted [ "$(counter offline)" -gt 0 -a "$(counter stalled)" -gt 0 ]
finish
