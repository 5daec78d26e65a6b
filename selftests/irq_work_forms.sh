#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Each form of an irq_work, in each mode, queued from task, softirq, hardirq and NMI.
. "$(dirname "$0")/lib.sh"

need_cpus 2

load crosscall
load contexts
load irq_work_forms

ktap_set_plan $(($(planned irq_work_forms) + 2))
relay irq_work_forms
check counters_balance [ "$(counter work_queued)" = "$(counter work_ran)" ]
check something_ran [ "$(counter work_ran)" -gt 0 ]
finish
