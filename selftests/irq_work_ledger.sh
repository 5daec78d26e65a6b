#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# All CPUs queue one work and wait for it, tasks and NMIs alike.
. "$(dirname "$0")/lib.sh"

load crosscall
load contexts
# A normal work is a thread's on PREEMPT_RT, and lockdep looks at each run.
hard=1000000 normal=100000
! uname -v | grep -q PREEMPT_RT || normal=20000
[ ! -e /proc/lockdep ] || hard=100000 normal=20000
load irq_work_ledger hard="${IRQ_WORK_CYCLES:-$hard}" normal="$normal"

ktap_set_plan $(($(planned irq_work_ledger) + 1))
relay irq_work_ledger
check counters_balance [ "$(counter work_queued)" = "$(counter work_ran)" ]
finish
