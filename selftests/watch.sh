#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Notes the calls in flight until FILE.stop exists: watch.sh FILE
#
# Nothing but the shell: no program starts while a CPU has its interrupts off. A process of its own,
# so that it can be bound to a CPU from its first instruction: else its page faults wait for the CPUs
# that it has been on.
while [ ! -e "$1.stop" ]; do
	while IFS= read -r line; do
		echo "$line"
	done </sys/kernel/debug/crosscall/in_flight >>"$1"
done
