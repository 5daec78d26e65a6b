#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Uses crosscall wrongly, to see whether the kernel says so: misuse.sh AT. No test by itself; see
# seeded/table.
. "$(dirname "$0")/lib.sh"

load crosscall
load contexts
load misuse at="$1"
unload misuse contexts crosscall
