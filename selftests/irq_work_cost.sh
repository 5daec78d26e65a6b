#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Says what it costs to queue a work in each form; the results are that each ran. Ticks are instructions
# under scripts/boot-fast --accel icount.
. "$(dirname "$0")/lib.sh"

need_cpus 2

load crosscall
load irq_work_cost rounds="${IRQ_WORK_COST_ROUNDS:-3}"

ktap_set_plan $(($(planned irq_work_cost) + 1))
relay irq_work_cost
check counters_balance [ "$(counter work_queued)" = "$(counter work_ran)" ]
finish
