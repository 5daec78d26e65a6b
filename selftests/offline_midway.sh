#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Each operation at the points of CPU hotplug: while the CPU is online and dying, when it is dead, before it comes, and
# when it is back.
. "$(dirname "$0")/lib.sh"

need_cpus 2
target=$(last_cpu)

load crosscall
load offline_midway target="$target"
plan=8
ktap_set_plan $((plan + 4))
for time in first second; do
	check "${time}_time_offline" set_online "$target" 0
	check "${time}_time_online" set_online "$target" 1
done
unload offline_midway
relay offline_midway
finish
