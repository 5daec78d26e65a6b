#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Callbacks that leak guards are undone and named. The log of this test is not clean, hence seeded/table runs it.
. "$(dirname "$0")/lib.sh"

kinds="csd csd_inline csd_scoped csd_payload many_on_each many_condition many_scoped_condition work_of irq_work_exclusive
	irq_work_payload shared_overlapping shared_serial deferred"

# work_of is for three modes.
expected() {
	[ "$1" = work_of ] && echo $((3 * leaks)) || echo "$leaks"
}

all_are_named() {
	leaks=$(log | sed -n 's/^leaked_guards: leaks: //p')
	named=0
	for kind in $kinds; do
		seen=$(logged "callback .*leaked_guards::$kind\(<.*>\)\?::{{closure}}.* leaked: ")
		[ "$seen" = "$(expected "$kind")" ] || echo "# $kind: named $seen times, not $(expected "$kind")"
		[ "$seen" != "$(expected "$kind")" ] || named=$((named + 1))
	done
	# shellcheck disable=SC2086 # one word for each
	[ "${leaks:-0}" -gt 0 ] && [ "$named" = "$(set -- $kinds && echo $#)" ]
}

nothing_else_is_wrong() {
	! log | grep -e 'scheduling while atomic' -e 'BUG' -e 'rcu:.*stall' -e 'workqueue leaked'
}

load crosscall
load leaked_guards
ktap_set_plan $(($(planned leaked_guards) + 4))
relay leaked_guards
check all_are_named all_are_named
check nothing_else_is_wrong nothing_else_is_wrong
check every_cpu_goes_on load csd_all_pairs rounds=1
check nothing_in_flight nothing_in_flight
finish
