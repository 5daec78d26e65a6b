#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The line that a CPU's kernel entry reads is written only when a work is queued for that CPU: writes are
# counted by hardware breakpoints. Needs nohz_full=.
. "$(dirname "$0")/lib.sh"

# Each write that is watched is an exception.
N=${REQUESTS:-1000}

files=/sys/kernel/debug/deferred_isolated
outcomes=/tmp/crosscall_line.$$
isolated=$(isolated_cpu)
[ -n "$isolated" ] || skip "needs a CPU that is nohz_full"
module_path line_watch >/dev/null 2>&1 || skip "needs the watchpoints of x86"
stay_off "$isolated"

# watch OFFSET COMMAND...: commands to deferred_isolated, each $N times; prints how often 32 bytes of the line
# were written to that the CPU's kernel entry reads.
watch() {
	load line_watch cpu="$isolated" offset="$1" \
		variable="0x$marks" || return 1
	shift
	for command; do
		echo "$N" >"$files/$command"
		# The next one begins to count anew.
		cat "$files/$command" >"$outcomes.$command"
	done
	cat /sys/module/line_watch/parameters/writes
	unload line_watch
}

# The CPU is idle: it is not deferred to, and nothing is queued for it.
line_is_left_alone() {
	for offset in 0 32; do
		writes=$(watch "$offset" others refuse) || return 1
		sent=$(sed -n 's/.* sent \([0-9]*\) .*/\1/p' "$outcomes.others")
		outcome=$(cat "$outcomes.refuse")
		echo "# $writes writes to the line while nothing is queued for the CPU; $outcome; $sent to others"
		[ "$sent" -gt 0 ] || return 1
		[ "$writes/$outcome" = "0/deferred 0 already 0 sent 0 revoked 0" ] || return 1
	done
}

# One request is deferred, which is a write; those that find it pending leave the line alone. The watch
# interrupts the CPU, which may take what was pending then: another write. Once in a while the CPU enters the
# kernel for reasons of its own.
coalesced_leave_line_alone() {
	for _ in 1 2 3; do
		writes=$(watch 0 coalesce) || return 1
		outcome=$(cat "$files/coalesce")
		echo "# $writes writes to the line; $outcome"
		case $writes/$outcome in
		"0/deferred 0 already $N sent 0 revoked 0") return 0 ;;
		[12]"/deferred 1 already $((N - 1)) sent 0 revoked 0") return 0 ;;
		esac
	done
	return 1
}

ktap_set_plan 2
load crosscall
load deferred_isolated cpu="$isolated"
marks=$(awk '$3 == "deferred_cpus" { print $1; exit }' /proc/kallsyms)
check line_is_left_alone line_is_left_alone
occupy "$isolated" spin
check coalesced_leave_line_alone coalesced_leave_line_alone
vacate
rm -f "$outcomes".*
finish
