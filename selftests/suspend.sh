#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The system goes to sleep, to each of the depths of pm_test, and comes back, with all kinds of calls in flight: works and
# threads of the torture module go on until their CPU goes, and again when it is back.
. "$(dirname "$0")/lib.sh"

need_cpus 2
test_depth=/sys/power/pm_test
[ -w $test_depth ] || skip "needs CONFIG_PM_SLEEP_DEBUG"

# sleeps DEPTH: there and back. The kernel waits there for a second.
sleeps() {
	echo "$1" >$test_depth && echo mem >/sys/power/state
}

calls_go_on() { goes_on counter ran && goes_on counter work_ran; }

load crosscall
load contexts
load stays_awake
echo 1 >/sys/module/suspend/parameters/pm_test_delay
load crosscall_torture background=1 seconds=3600
depths="freezer devices platform processors core"
ktap_set_plan $((2 * $(echo "$depths" | wc -w) + 1 + 7))
for depth in $depths; do
	check "sleeps_$depth" sleeps "$depth"
	check "calls_go_on_after_$depth" calls_go_on
done
echo none >$test_depth
check unloads rmmod_ends crosscall_torture
relay crosscall_torture
unload stays_awake
finish
