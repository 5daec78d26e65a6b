#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Notes the calls in flight, and whether MODULE is there, until FILE.stop exists: watch.sh MODULE FILE
#
# Nothing but the shell: no program starts while a CPU has its interrupts off. A process of its own,
# so that it can be bound to a CPU from its first instruction: else its page faults wait for the CPUs
# that it has been on.
while [ ! -e "$2.stop" ]; do
	when=loaded
	[ -d "/sys/module/$1" ] || when=gone
	while IFS= read -r line; do
		echo "$when: $line"
	done </sys/kernel/debug/crosscall/in_flight >>"$2"
done
