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

says_how() {
	dmesg | grep -q "crosscall: .*deferred works"
}

isolated=$(isolated_cpu)
offline=2

load crosscall
[ -z "$isolated" ] || occupy "$isolated" spin
load_while_offline "$offline" deferred_forms kernel=1 offline="$offline" isolated="${isolated:--1}"

ktap_set_plan $(($(planned deferred_forms) + 3))
relay deferred_forms
check load_says_how says_how
check left_behind_is_revoked unload deferred_forms
check accounts_balance accounts_balance
[ -z "$isolated" ] || vacate
finish
