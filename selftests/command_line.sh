#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Whether the kernel heeds those parameters of its command line under which other tests are run once more.
. "$(dirname "$0")/lib.sh"

# parameter NAME: its value; fails if it is not there.
parameter() {
	tr ' ' '\n' </proc/cmdline | sed -n "s/^$1=//p" | grep .
}

threads_of_interrupts() {
	grep -hs '^irq/' /proc/[0-9]*/comm | sed 's/^/# /'
	grep -qs '^irq/' /proc/[0-9]*/comm
}

is_preempt() { grep -qF "($1)" /sys/kernel/debug/sched/preempt; }

warnings_panic() { [ "$(cat /proc/sys/kernel/panic_on_warn)" = "$1" ]; }

online_are() { [ "$(online_cpus | wc -l)" = "$1" ]; }

set --
! grep -qw threadirqs /proc/cmdline || set -- "$@" threads_of_interrupts
! value=$(parameter preempt) || set -- "$@" "is_preempt $value"
! value=$(parameter panic_on_warn) || set -- "$@" "warnings_panic $value"
! value=$(parameter maxcpus) || set -- "$@" "online_are $value"
[ $# -gt 0 ] || skip "the command line has none of them"

ktap_set_plan $#
for one; do
	# shellcheck disable=SC2086 # a command
	check "$(echo "$one" | tr ' ' _)" $one
done
finish
