#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The CPUs that a call to many CPUs reaches, and what each operation promises.
. "$(dirname "$0")/lib.sh"

need_cpus 4
offline=$(last_cpu)

sample() {
	load many_collect rounds=50 && log | grep -q "50 questions, $((50 * $(online_cpus | wc -l))) answers"
}

load crosscall
load_while_offline "$offline" many_forms offline="$offline"

ktap_set_plan $(($(planned many_forms) + 3))
relay many_forms
check sample sample
check counters_balance [ "$(counter queued)" = "$(counter ran)" ]
check refusals_and_stalls_are_counted [ "$(counter offline)" -gt 0 -a "$(counter stalled)" -gt 0 ]
finish
