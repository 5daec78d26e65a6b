#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs tests of this folder, or those named, without the kselftest runner: that needs make and more.
# KTAP, with the results of each test indented. With --kselftest first: with that runner.
cd "$(dirname "$0")" || exit 1

if [ "$1" = --kselftest ]; then
	shift
	# busybox, which may come first, lacks what the runner asks for.
	PATH=/usr/sbin:/usr/bin:$PATH
	copy=$(mktemp -d)
	cp -R . "$copy"
	echo "TAP version 13"
	echo "1..$#"
	make -s -C "$copy" KSELFTEST="$KSELFTEST_DIR/.." TEST_PROGS="$(printf '%s.sh ' "$@")" run_tests
	exit
fi

if [ $# = 0 ]; then
	# shellcheck disable=SC2046 # one word for each test
	set -- $(sed -n 's/^TEST_PROGS [:+]= \(.*\)\.sh$/\1/p' Makefile)
fi

echo "TAP version 13"
echo "1..$#"
number=0
status=0
for test; do
	number=$((number + 1))
	echo "# $test"
	sh "./$test.sh" >"/tmp/$test.tap" 2>&1
	case $? in
	0) result="ok $number $test" ;;
	4) result="ok $number $test # SKIP $(sed -n 's/.*# SKIP //p' "/tmp/$test.tap")" ;;
	*)
		result="not ok $number $test"
		status=1
		;;
	esac
	sed 's/^/    /' "/tmp/$test.tap"
	echo "$result"
done
exit $status
