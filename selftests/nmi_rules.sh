#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What is refused in an NMI, and what may be done there.
. "$(dirname "$0")/lib.sh"

need_cpus 2

load crosscall
load contexts
load nmi_rules

ktap_set_plan $(($(planned nmi_rules) + 3))
relay nmi_rules
check refusals_are_counted [ "$(counter refused)" -ge 10 ]
check unloads unload nmi_rules
check nothing_is_left nothing_in_flight
finish
