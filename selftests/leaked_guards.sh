#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Callbacks that leak guards are undone and named. The log of this test is not clean, hence seeded/table runs it.
. "$(dirname "$0")/lib.sh"

kinds="csd csd_inline csd_scoped csd_payload many_on_each many_condition work_of irq_work_exclusive irq_work_payload
	shared_overlapping shared_serial deferred"

# Once for each guard, but not for those that would leave a thread of the kernel's in an RCU read-side section. work_of
# is for three modes.
expected() {
	test=$1
	[ "$1" != work_of ] || test='irq_work_\(hard\|normal\|lazy\)'
	log | grep -c "^leaked_guards: leaks: $test\$"
}

all_are_named() {
	named=0
	for kind in $kinds; do
		seen=$(logged "callback .*leaked_guards::$kind\(<.*>\)\?::{{closure}}.* leaked: ")
		[ "$seen" = "$(expected "$kind")" ] || echo "# $kind: named $seen times, not $(expected "$kind")"
		[ "$seen" != "$(expected "$kind")" ] || named=$((named + 1))
	done
	# shellcheck disable=SC2086 # one word for each
	[ "$named" = "$(set -- $kinds && echo $#)" ]
}

nothing_else_is_wrong() {
	! log | grep -e 'scheduling while atomic' -e 'BUG' -e 'rcu:.*stall' -e 'workqueue leaked'
}

load crosscall
load leaked_guards
ktap_set_plan $(($(planned leaked_guards) + 3))
relay leaked_guards
check all_are_named all_are_named
check nothing_else_is_wrong nothing_else_is_wrong
load csd_all_pairs rounds=1
check every_cpu_goes_on nothing_in_flight
finish
