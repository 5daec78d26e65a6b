#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Replaces a handler by stop_machine(), under a lock that CPU hotplug takes, to see whether the kernel says
# so. No test by itself; see seeded/table.
. "$(dirname "$0")/lib.sh"

load crosscall
load swap_under_lock stop=1
unload swap_under_lock crosscall
