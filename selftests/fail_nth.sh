#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Modules are loaded while one of the allocations fails that this needs, each in its turn: loading is refused or not, and
# nothing is left behind, in flight or in memory. Takes minutes, and is run by name. FAIL_NTH="MODULE:PARAMETER..." names
# some of these modules.
. "$(dirname "$0")/lib.sh"

modules=${FAIL_NTH:-crosscall: csd_all_pairs:rounds=1 many_collect:rounds=1 shared_flush:events=10 irq_work_sampler:ms=1
	deferred_watch:seconds=1 wedged_gpu:ms=10}
failslab=/sys/kernel/debug/failslab
kmemleak=/sys/kernel/debug/kmemleak
[ -e /proc/self/fail-nth ] || skip "needs CONFIG_FAULT_INJECTION"
[ -e "$failslab" ] || skip "needs CONFIG_FAILSLAB"
[ -w "$kmemleak" ] || skip "needs CONFIG_DEBUG_KMEMLEAK"

# fail_each MODULE PARAMETER: each of its allocations.
fail_each() {
	"$(program fail_nth)" "$(module_path "$1")" "$2" >/tmp/crosscall_fail_nth.$$ 2>&1
	status=$?
	sed 's/^/# /' /tmp/crosscall_fail_nth.$$
	return "$status"
}

and_none_in_flight() {
	"$@" && nothing_in_flight
}

# Objects younger than five seconds are never reported, nor is one whose content has changed since the last scan. While
# crosscall is there: what belonged to a module that is gone is still known.
nothing_leaks() {
	sleep 6
	echo scan >"$kmemleak"
	echo scan >"$kmemleak"
	leaks=$(cat "$kmemleak")
	echo clear >"$kmemleak"
	[ -z "$leaks" ] || echo "$leaks" | sed 's/^/# /'
	[ -z "$leaks" ]
}

# Of kmalloc()'s caches alone: ftrace warns where it gets no field of an event.
for cache in /sys/kernel/slab/kmalloc-*/failslab; do
	echo 1 >"$cache"
done
echo Y >"$failslab/cache-filter"
echo N >"$failslab/ignore-gfp-wait"
echo 0 >"$failslab/verbose"
echo scan >"$kmemleak"
echo clear >"$kmemleak"
ktap_set_plan $(($(echo "$modules" | wc -w) + 2))
for module in $modules; do
	name=${module%%:*}
	if [ "$name" = crosscall ]; then
		check crosscall fail_each crosscall ""
	else
		loaded crosscall || load crosscall
		check "$name" and_none_in_flight fail_each "$name" "${module#*:}"
	fi
done
rm -f /tmp/crosscall_fail_nth.$$
echo Y >"$failslab/ignore-gfp-wait"
echo N >"$failslab/cache-filter"
check nothing_leaks nothing_leaks
check unloads unload crosscall
finish
