#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A serial call that is fired while it runs on a CPU that goes offline.
. "$(dirname "$0")/lib.sh"

need_cpus 3

load crosscall
target=$(last_cpu)
CYCLE_PAUSE=0.1 cycle "$target"
load shared_hotplug target="$target" ms="${HOTPLUG_MS:-60000}"
end_cycle

ktap_set_plan $(($(planned shared_hotplug) + 1))
relay shared_hotplug
check counters_balance [ "$(counter work_queued)" = "$(counter work_ran)" ]
finish
