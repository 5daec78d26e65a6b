#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Uses crosscall wrongly, to see whether the kernel says so: misuse.sh AT. No test by itself; see
# seeded/cases.
. "$(dirname "$0")/lib.sh"

load crosscall
load csd_misuse at="$1"
unload csd_misuse crosscall
