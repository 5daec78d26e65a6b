#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs tests of this folder, or those named, without the kselftest runner: that needs make and more.
# KTAP, with the results of each test indented.
#
#	run.sh [--offline CPU,...] [--kselftest] [--part NofM | [VARIABLE=VALUE...] TEST...]
#
# --offline: on a machine that lacks these CPUs. --kselftest: with that runner. --part: every Mth of all tests. A
# test that is not over after $TEST_SECONDS ends the run, and a run of which nothing could be tried is a failure.
cd "$(dirname "$0")" || exit 1

if [ "$1" = --offline ]; then
	for cpu in $(echo "$2" | tr , ' '); do
		echo 0 >"/sys/devices/system/cpu/cpu$cpu/online" || exit 1
	done
	shift 2
fi

if [ "$1" = --kselftest ]; then
	shift
	# busybox, which may come first, lacks what the runner asks for.
	PATH=/usr/sbin:/usr/bin:$PATH
	copy=$(mktemp -d)
	cp -R . "$copy"
	echo "TAP version 13"
	echo "1..$#"
	# It looks for the settings below its own folder, and has 45 s without them.
	kselftest_override_timeout=$(sed -n 's/^timeout=//p' settings)
	export kselftest_override_timeout
	make -s -C "$copy" KSELFTEST="$KSELFTEST_DIR/.." TEST_PROGS="$(printf '%s.sh ' "$@")" run_tests
	exit
fi

while [ "${1#*=}" != "$1" ]; do
	# shellcheck disable=SC2163 # by its value
	export "$1"
	shift
done

part=
[ "$1" != --part ] || { part=$2; shift 2; }
if [ $# = 0 ]; then
	# shellcheck disable=SC2046 # one word for each test
	set -- $(sed -n 's/^TEST_PROGS [:+]= \(.*\)\.sh$/\1/p' Makefile |
		awk -v first="${part%of*}" -v step="${part#*of}" 'step == "" || (NR - first) % step == 0')
fi

echo "TAP version 13"
echo "1..$#"
number=0
status=0
tried=0

# In seconds, as the kernel counts them: a guest may have a wrong clock.
now() { cut -d . -f 1 /proc/uptime; }

for test; do
	number=$((number + 1))
	echo "# $test"
	start=$(now)
	timeout -s KILL "${TEST_SECONDS:-600}" sh "./$test.sh" >"/tmp/$test.tap" 2>&1
	code=$?
	[ $code = 4 ] || tried=$((tried + 1))
	case $code in
	0) result="ok $number $test" ;;
	4) result="ok $number $test # SKIP $(sed -n 's/.*# SKIP //p' "/tmp/$test.tap")" ;;
	137)
		sed 's/^/    /' "/tmp/$test.tap"
		echo "not ok $number $test # not over after ${TEST_SECONDS:-600} s"
		echo "Bail out! What it left behind is unknown"
		exit 1
		;;
	*)
		result="not ok $number $test"
		status=1
		;;
	esac
	sed 's/^/    /' "/tmp/$test.tap"
	echo "$result"
	echo "# $test took $(($(now) - start)) s"
done
if [ $tried = 0 ]; then
	echo "Bail out! All $# tests were skipped: nothing was tried"
	status=1
fi
exit $status
