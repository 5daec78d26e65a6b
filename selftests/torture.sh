#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# All kinds of calls at once, from all CPUs, with an account of each message, while CPUs go off and on. Measures
# nothing, and may take long: it is run by name. TORTURE_SECONDS, TORTURE_ONOFF (seconds between two changes of a CPU,
# 0: none) and TORTURE_PARAMS (of crosscall_torture.ko) say how.
. "$(dirname "$0")/lib.sh"

need_cpus 2
seconds=${TORTURE_SECONDS:-60}
onoff=${TORTURE_ONOFF:-1}

# The first CPU stays, and the last one while there are but two.
switch_cpus() {
	while [ ! -e "$1" ]; do
		for cpu in $(online_cpus | sed 1d); do
			sleep "$onoff"
			[ ! -e "$1" ] || return
			state=/sys/devices/system/cpu/cpu$cpu/online
			[ -w "$state" ] || continue
			{ echo 0 >"$state" && sleep "$onoff"; echo 1 >"$state"; } 2>/dev/null
		done
	done
}

ended=$(mktemp -u)
load crosscall
load contexts
if [ "$onoff" != 0 ] && [ "$(online_cpus | wc -l)" -gt 1 ]; then
	switch_cpus "$ended" &
fi
# shellcheck disable=SC2086 # parameters
load crosscall_torture seconds="$seconds" ${TORTURE_PARAMS:-}
touch "$ended"
wait
rm -f "$ended"

ktap_set_plan $(($(planned crosscall_torture) + 1))
relay crosscall_torture
check unloads unload crosscall_torture contexts
finish
