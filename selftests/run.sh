#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs tests of this folder, or those named, without the kselftest runner: that needs make and more.
# KTAP, with the results of each test indented.
cd "$(dirname "$0")" || exit 1

[ $# -gt 0 ] || set -- csd_forms csd_ledger csd_hotplug csd_unload csd_params

echo "TAP version 13"
echo "1..$#"
number=0
status=0
for test; do
	number=$((number + 1))
	echo "# $test"
	if sh "./$test.sh" >"/tmp/$test.tap" 2>&1; then
		result=ok
	else
		result="not ok"
		status=1
	fi
	sed 's/^/    /' "/tmp/$test.tap"
	echo "$result $number $test"
done
exit $status
