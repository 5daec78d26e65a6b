#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# All CPUs queue one work and wait for it, tasks and NMIs alike. Timers queue works that drain their
# samples.
. "$(dirname "$0")/lib.sh"

need_cpus 2

sampler() {
	load irq_work_sampler "$@" &&
		log | grep -q "[1-9][0-9]* samples taken, every sample accounted for" &&
		unload irq_work_sampler
}

load crosscall
load contexts
# As often as the seeded bugs need to be caught. A normal work is a thread's on PREEMPT_RT, and lockdep looks at
# each run.
hard=200000 normal=100000
! uname -v | grep -q PREEMPT_RT || normal=20000
[ ! -e /proc/lockdep ] || hard=100000 normal=20000
load irq_work_ledger hard="${IRQ_WORK_CYCLES:-$hard}" normal="$normal"

ktap_set_plan $(($(planned irq_work_ledger) + 3))
relay irq_work_ledger
check sampler sampler ms=50
# The next sample may come before the last one is drained.
check sampler_without_room sampler ms=50 period_us=100 slots=1
check counters_balance [ "$(counter work_queued)" = "$(counter work_ran)" ]
finish
