#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Shows how often a CPU that runs a program in user mode is interrupted for requests of the kernel: made
# by direct calls, and as deferred work. Needs nohz_full=, crosscall.ko, and the programs of the tests:
#
#	make shell APPEND="nohz_full=1-3 rcu_nocbs=1-3 tsc=reliable"
#	sh /crosscall/samples/deferred_watch.sh
#
# Usage: deferred_watch.sh [CPU] [SECONDS]

cpu=${1:-3}
seconds=${2:-5}
modules=${CROSSCALL_MODULES:-$(dirname "$0")}

# All interrupts of the CPU, the local timer's included.
interrupts() {
	awk -v column="$((cpu + 2))" 'NR > 1 { sum += $column } END { print sum }' /proc/interrupts
}

bar() {
	printf '%-9s %6d  %s\n' "$1" "$2" "$(printf "%$((($2 + 24) / 25))s" | tr ' ' '#')"
}

watch() { # NAME DIRECT
	insmod "$modules/deferred_watch.ko" cpu="$cpu" direct="$2" seconds="$seconds" &
	before=$(interrupts)
	for _ in $(seq "$seconds"); do
		sleep 1
		now=$(interrupts)
		bar "$1" $((now - before))
		before=$now
	done
	wait $!
	rmmod deferred_watch
}

taskset -p 1 $$ >/dev/null
"$modules/isolated" "$cpu" spin &
program=$!
sleep 3
echo "interrupts of CPU $cpu in each second, at 2000 requests a second (fewer on emulated CPUs):"
watch direct 1
watch deferred 0
kill "$program"
