#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The tracepoints: each call shows when it is queued, when it runs and when it is done.
. "$(dirname "$0")/lib.sh"

tracing=/sys/kernel/tracing

events() {
	grep -c "$1: call=" "$traced"
}

load crosscall
[ -d "$tracing/events/crosscall" ] || skip "needs CONFIG_FTRACE and tracefs"

traced=/tmp/crosscall_traced.$$
echo 1 >"$tracing/events/crosscall/enable"
load csd_all_pairs rounds=2
echo 0 >"$tracing/events/crosscall/enable"
cat "$tracing/trace" >"$traced"

ktap_set_plan 4
check every_queueing_is_traced [ "$(events crosscall_queued)" = "$(counter queued)" ]
check every_run_is_traced [ "$(events crosscall_run)" = "$(counter ran)" ]
check every_end_is_traced [ "$(events crosscall_done)" = "$(counter ran)" ]
check the_callback_is_named grep -q "crosscall_queued: .*callback=.*csd_all_pairs" "$traced"
rm -f "$traced"
finish
