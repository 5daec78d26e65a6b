#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The guest reboots with all kinds of calls in flight. The runner sees whether it does so: this is for a boot of
# scripts/boots, in the last place.
. "$(dirname "$0")/lib.sh"

need_cpus 4
[ -n "${CROSSCALL_ENDING:-}" ] || skip "needs a guest of scripts/boot-fast, which ends as the test says"

load crosscall
load contexts
load crosscall_torture background=1 seconds=3600
load csd_leak at=6
ktap_set_plan 2
check calls_are_in_flight goes_on counter ran
check works_are_in_flight goes_on counter work_ran
echo reboot >"$CROSSCALL_ENDING"
# They stay in flight: not by finish.
ktap_finished
