#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A handler that all CPUs call in hard interrupts is replaced, through RCU and through stop_machine():
# afterwards nobody runs it. Prints how long each takes, and how long the CPUs stood still. SWAPS says
# how often, and CPUS how many CPUs do so: with one of them the figures say more about the ways than about
# a busy machine.
. "$(dirname "$0")/lib.sh"

need_cpus 2

load crosscall
load quiesce_storm swaps="${SWAPS:-5}" cpus="${CPUS:-4294967295}"

ktap_set_plan $(($(planned quiesce_storm) + 1))
relay quiesce_storm

# The sample: the same for a purpose.
gpu_is_left_alone() {
	load wedged_gpu && log | grep -q "the GPU is reset; 0 requests were written meanwhile"
}
check gpu_is_left_alone gpu_is_left_alone
finish
