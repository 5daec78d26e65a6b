#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs in the guest, where my_driver.ko is loaded: make test

status=0

# check NAME COMMAND...
check() {
	name=$1
	shift
	if "$@"; then
		echo "ok - $name"
	else
		echo "not ok - $name"
		status=1
	fi
}

# said REGEX: how many lines.
said() { dmesg | grep -c "my_driver: $1"; }

check "each CPU has answered" [ "$(said 'CPU [0-9]* answered')" -ge "$(grep -c '^processor' /proc/cpuinfo)" ]
check "the work has run" [ "$(said 'the work ran 1 time')" -ge 1 ]
exit $status
