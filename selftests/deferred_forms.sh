#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Each policy and operation of deferred works. Needs nohz_full= for more than the half of it.
. "$(dirname "$0")/lib.sh"

# Both sides of every account, over all CPUs: what was accepted has run or was revoked.
accounts_balance() {
	awk 'NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
		/^#/ { next }
		{ in_ += $column["deferred"] + $column["sent"]
		  out += $column["ran"] + $column["cancelled"] + $column["pending"] }
		END { exit in_ == 0 || in_ != out }' /sys/kernel/debug/crosscall/deferred
}

# 4200 works at once, and later others: which need no more slots. None is left in one.
slots_are_used_again() {
	slots=$(grep '^# slots:' /sys/kernel/debug/crosscall/deferred)
	[ -n "$slots" ] && echo "$slots" || return 1
	echo "$slots" | awk '{ exit $3 != 0 || $5 > 4200 + 2 * 64 }'
}

# Since crosscall was loaded.
says_how() {
	if [ -n "$isolated" ]; then
		log | grep -q "crosscall: deferred works wait for [0-9]* nohz_full CPUs"
	else
		log | grep -q "crosscall: .*: deferred works interrupt their CPU"
	fi
}

need_cpus 4
isolated=$(isolated_cpu)
# Two that are not isolated, if it is nohz_full alone that makes them so: the test needs it of one.
# shellcheck disable=SC2046 # one word for each CPU
set -- $(online_cpus | sed 1d | grep -vx "${isolated:-none}")

load crosscall
said=0
built_in || says_how || said=1
[ -z "$isolated" ] || occupy "$isolated" spin
load_while_offline "$2" deferred_forms kernel="$1" offline="$2" isolated="${isolated:--1}"

ktap_set_plan $(($(planned deferred_forms) + 4))
relay deferred_forms
check load_says_how [ $said = 0 ]
check left_behind_is_revoked unload deferred_forms
check accounts_balance accounts_balance
check slots_are_used_again slots_are_used_again
[ -z "$isolated" ] || vacate
finish
