#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Functions of test modules run in any context on any CPU: what other tests stand on.
. "$(dirname "$0")/lib.sh"

# A thread on a third CPU waits while a softirq holds another one.
need_cpus 3
offline=$(last_cpu)

# The module goes right after its last NMIs.
unload_all() { unload contexts_test contexts; }
# What needs a CPU that is offline was tried, too.
all_passed() {
	[ "$(reported contexts_test | grep -c '^ok ')" = "$(planned contexts_test)" ] &&
		reported contexts_test | grep -q '^ok [0-9]* offline_cpu_is_refused$'
}
# Those that are not ok are shown.
all_functions() {
	reported context_rules | grep -E "^(not ok|#)" | sed "s/^/# /"
	[ "$(reported context_rules | grep -c '^ok ')" = "$(planned context_rules)" ]
}
no_unknown_nmi() { ! dmesg | grep -q 'NMI received for unknown reason'; }

load crosscall
load contexts
load contexts_test

ktap_set_plan $(($(planned contexts_test) + 5))
relay contexts_test
load context_rules
check each_function_may_be_called_where_it_says all_functions
unload context_rules
check unloads unload_all

set_online "$offline" 0
load contexts
load contexts_test
set_online "$offline" 1
check works_with_a_cpu_offline all_passed
check unloads_again unload_all
check every_nmi_is_claimed no_unknown_nmi
finish
