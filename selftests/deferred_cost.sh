#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What deferred works cost each system call of a CPU that is nohz_full, beside a probe that does nothing
# on the same tracepoint. Ticks are instructions under scripts/boot-fast --accel icount.
. "$(dirname "$0")/lib.sh"

CALLS=${CALLS:-5000}

isolated=$(isolated_cpu)
[ -n "$isolated" ] || skip "needs a CPU that is nohz_full"
stay_off "$isolated"

files=/sys/kernel/debug/deferred_isolated
costs=/tmp/crosscall_costs.$$
busy=/tmp/crosscall_busy.$$

# most [MORE_THAN]: what a call costs, as most calls do that cost more than that, and how many do.
most() {
	awk -v than="${1:-0}" '$1 > than && $2 > n { ticks = $1; n = $2 }
		END { print ticks + 0, n + 0 }' "$costs"
}

# What a call costs, as most do.
cost() {
	"$(program syscall_cost)" "$isolated" "$CALLS" >"$costs"
	most | cut -d ' ' -f 1
}

request() {
	while [ -e "$busy" ]; do
		echo 1 >"$files/coalesce"
		sleep 0.0005
	done
}

# Each request that was accepted has run, but for what is pending.
none_is_lost() {
	ran=$(deferred_counter "$isolated" ran)
	accepted=$(($(deferred_counter "$isolated" deferred) + $(deferred_counter "$isolated" sent)))
	echo "# $accepted accepted, $ran ran"
	[ "$ran" -gt 0 ] && [ "$ran" = "$(cat "$files/ran")" ] &&
		[ "$accepted" = $((ran + $(deferred_counter "$isolated" pending))) ]
}

bare=$(cost)
awk -v calls="$CALLS" '$2 * 2 > calls { found = 1 } END { exit !found }' "$costs" ||
	skip "each call costs something else: boot with --accel icount"

load user_exit_probe
probe=$(cost)
unload user_exit_probe

load crosscall
hook=$(cost)

load deferred_isolated cpu="$isolated"
touch "$busy"
request &
meanwhile=$(cost)
rm -f "$busy"
wait
# shellcheck disable=SC2046 # two words
set -- $(most "$hook")

ktap_set_plan 3
echo "# instructions of getpid(): $bare; with a probe that does nothing $probe; with crosscall $hook;"
echo "# while another CPU makes requests $meanwhile, and $1 where one is run (as $2 of $CALLS were)"
check nothing_pending_costs_a_load_and_a_branch [ $((hook - probe)) -le 3 ]
check requests_cost_only_the_call_that_runs_them [ "$meanwhile" = "$hook" ]
check none_is_lost none_is_lost
rm -f "$costs"
finish
