#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The examples in the comments of the crate.
. "$(dirname "$0")/lib.sh"

need_cpus 1

load crosscall
load doc_examples
ktap_set_plan $(($(planned doc_examples) + 1))
relay doc_examples
unload doc_examples crosscall
check it_unloads [ ! -e /sys/module/crosscall ]
finish
