#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What irq_work_sync() does about a work that runs on two CPUs at once: Documentation/irq_work_sync.rst.
# It returns early in the kernels that this was written on, and must wait where that is fixed. Of others it
# is reported.
. "$(dirname "$0")/lib.sh"

need_cpus 3

case $(uname -r) in
*-irqfix | *-upstream*) expect=1 ;;
7.2.12* | 7.3.4*) expect=0 ;;
*) expect=-1 ;;
esac

load irq_work_sync_c expect="$expect"
ktap_set_plan "$(planned irq_work_sync_c)"
relay irq_work_sync_c
finish
