#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Handlers that are replaced while CPUs run them, and flush().
. "$(dirname "$0")/lib.sh"

need_cpus 3

load crosscall
load contexts
load quiesce_forms

ktap_set_plan $(($(planned quiesce_forms) + 4))
relay quiesce_forms
check counters_balance [ "$(counter work_queued)" = "$(counter work_ran)" ]
# A debug kernel would say so. What it says of stop_machine() there: stop_machine_under_lock in seeded/table.
check replaces_under_a_lock_of_hotplug load swap_under_lock
unload swap_under_lock
check what_was_done_is_counted [ "$(counter handler_replaced)" -gt 0 -a "$(counter flushed)" -gt 0 ]
# Leaks on purpose, so that it must be able to go all the same.
check unload rmmod_ends quiesce_forms
finish
