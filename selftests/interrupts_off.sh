#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A CPU has its interrupts off for 20 s ($HOLD_SECONDS), while everything is sent to it.
. "$(dirname "$0")/lib.sh"

need_cpus 3
stall_timeout=/sys/module/rcupdate/parameters/rcu_cpu_stall_timeout
watchdog=/proc/sys/kernel/watchdog_thresh

# Others would report that CPU: rightly.
[ ! -w "$stall_timeout" ] || echo 100 >"$stall_timeout"
[ ! -w "$watchdog" ] || echo 60 >"$watchdog"

load crosscall

# The CPU was busy, and is the only one that was: the kernel leaves timers of others to it, when these are idle or
# nohz_full.
# shellcheck disable=SC2154 # lib.sh sets home
held=$(online_cpus | grep -vx "$home" | head -n 1)
taskset -c "$held" sh -c 'while :; do :; done' &
busy=$!
sleep 1
load interrupts_off other="$held" seconds="${HOLD_SECONDS:-20}"
kill "$busy"
ktap_set_plan $(($(planned interrupts_off) + 2))
relay interrupts_off
check stalls_are_counted [ "$(counter stalled)" -ge 3 ]
check nothing_in_flight nothing_in_flight
finish
