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

# value REGEX: the number that stands in the last such line, in \(...\).
value() { dmesg | sed -n "s/.*my_driver: $1.*/\1/p" | tail -n 1; }

check "each CPU has answered" [ "$(said 'CPU [0-9]* answered')" -ge "$(grep -c '^processor' /proc/cpuinfo)" ]
check "the first handler had samples" [ "$(value 'the first handler had \([0-9]*\) samples')" -ge 1 ]

rmmod my_driver
samples=$(value '\([0-9]*\) samples, ')
check "the second handler had the last sample" [ "$(value '.* second handler is \([0-9]*\),')" -eq $((samples - 1)) ]
check "the work has run" [ "$(value '.* and \([0-9]*\) runs of the work')" -ge 1 ]
exit $status
