#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Works on a CPU that goes off and on.
. "$(dirname "$0")/lib.sh"

need_cpus 2
MS=${HOTPLUG_MS:-5000}

# With ticks all the time a lazy work can always be pending, also when the CPU runs its works for
# the last time. (Not on PREEMPT_RT: the thread does not wait for a tick to go on.)
requeue=0
if grep -qw nohz=off /proc/cmdline && ! uname -v | grep -q PREEMPT_RT; then
	requeue=1
	MS=$((2 * MS))
fi

load crosscall
target=$(nth_cpu 2)
CYCLE_PAUSE=0.1 cycle "$target"
load irq_work_hotplug target="$target" ms="$MS" requeue=$requeue
end_cycle

ktap_set_plan $(($(planned irq_work_hotplug) + 2))
relay irq_work_hotplug
check counters_balance [ "$(counter work_queued)" = "$(counter work_ran)" ]
check refusals_are_counted [ "$(counter work_offline)" -gt 0 ]
finish
