#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Shows how often a CPU that runs a program in user mode is interrupted for requests of the kernel: made
# by direct calls, and as deferred work. Needs nohz_full=, crosscall.ko, and the programs of the tests, as in the guest of
# make run, which shows this, and of make shell.
#
# Usage: deferred_watch.sh [CPU] [SECONDS]. CPU is the last one that is nohz_full, if it is left out.

cpu=${1:-$(sed -n 's/.*[^0-9]//; s/^[0-9]\+$/&/p' /sys/devices/system/cpu/nohz_full 2>/dev/null)}
if [ -z "$cpu" ]; then
	echo "no CPU is nohz_full: boot with nohz_full=, or name a CPU to see it without" >&2
	exit 1
fi
seconds=${2:-5}
modules=${CROSSCALL_MODULES:-$(dirname "$0")}

# All interrupts of the CPU, the local timer's included. Each CPU that is online has a column.
interrupts() {
	awk -v cpu="CPU$cpu" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == cpu) column = i + 1 }
		NR > 1 { sum += $column } END { print sum + 0 }' /proc/interrupts
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

# Away from that CPU.
first=$(sed 's/[,-].*//' /sys/devices/system/cpu/online)
if [ "$first" = "$cpu" ]; then
	echo "CPU $cpu is the one that makes the requests: choose another one" >&2
	exit 1
fi
taskset -pc "$first" $$ >/dev/null
"$modules/isolated" "$cpu" spin &
program=$!
sleep 3
echo "interrupts of CPU $cpu in each second, at 2000 requests a second (fewer on emulated CPUs):"
watch direct 1
watch deferred 0
kill "$program"
