#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Each parameter of each module: what is wrong is refused with its name and value, and leaves nothing behind.
. "$(dirname "$0")/lib.sh"

need_cpus 3
second=$(nth_cpu 2) third=$(nth_cpu 3)

# A value that is good, one that is too low and one too high; then more parameters, with which the good one
# takes little time. "-": there is none. Of a test that takes long, the good ones are those of its own script.
# compile_fail/parameters checks that all are here.
parameters() {
	cat <<-END
		crosscall_torture seconds         - 0  86401
		crosscall_torture operations      - -  -
		crosscall_torture seed            - -  -
		crosscall_torture weight_csd      - -  1001
		crosscall_torture weight_irq_work - -  1001
		crosscall_torture weight_many     - -  1001
		crosscall_torture weight_shared   - -  1001
		crosscall_torture weight_deferred - -  1001
		crosscall_torture weight_quiesce  - -  1001
		crosscall_torture slow            - -  1001
		crosscall_torture dawdle_us       - -  10001
		crosscall_torture forget          - -  1001
		crosscall_torture nmi             - -  2
		crosscall_torture rt              - -  2
		crosscall_torture fail_allocations - - 2
		crosscall_torture stutter_ms      - -  10001
		crosscall_torture background      - -  2
		crowd             count     1       0   1000001 ms=1
		crowd             other     $second -5  100000 count=1 ms=1
		crowd             ms        1       0   10001  count=1
		crowd             more_us   1       -   -      count=1 ms=1
		csd_all_pairs     rounds    1       0   100001
		csd_forms         other     -       -5  100000
		csd_forms         offline   -       -5  100000
		csd_latency       rounds    1       0   1001
		csd_leak          at        0       -   10
		csd_leak          other     $second -5  100000
		csd_leak          third     $third  -5  100000 at=6
		csd_leak          ms        10      0   10001
		csd_ledger        ms        1       0   600001
		deferred_forms    isolated  -       -5  100000
		deferred_forms    kernel    -       -5  100000
		deferred_forms    offline   -       -5  100000
		deferred_isolated cpu       $second -5  100000
		deferred_leak     at        0       -   6
		deferred_leak     cpu       $second -5  100000
		deferred_leak     ms        10      0   10001
		deferred_storm    ms        1       0   600001
		deferred_storm    cpu       $second -5  100000 ms=1
		deferred_watch    cpu       $second -1  100000 seconds=1 rate=100
		deferred_watch    direct    1       -   2      seconds=1 rate=100 cpu=$second
		deferred_watch    rate      100     99  100001 seconds=1 cpu=$second
		deferred_watch    seconds   1       0   3601   rate=100 cpu=$second
		interrupts_off    other     -       -5  100000
		interrupts_off    third     -       -5  100000
		interrupts_off    seconds   -       1   61
		irq_work_cost     other     -       -5  100000
		irq_work_cost     rounds    -       0   1001
		irq_work_forms    other     -       -5  100000
		irq_work_hotplug  target    $second -5  100000 ms=1
		irq_work_hotplug  ms        1       0   600001
		irq_work_hotplug  requeue   0       -   2      ms=1
		irq_work_lazy     cpu       $second -5  100000 lazy=0 times=1
		irq_work_lazy     lazy      1       -   2      times=1
		irq_work_lazy     times     1       0   100001 lazy=0
		irq_work_leak     at        0       -   8
		irq_work_leak     other     $second -5  100000
		irq_work_leak     third     $third  -5  100000
		irq_work_leak     ms        10      0   10001
		irq_work_ledger   hard      1       0   100000001 normal=1 lazy=1
		irq_work_ledger   normal    1       0   100000001 hard=1 lazy=1
		irq_work_ledger   lazy      1       0   100000001 hard=1 normal=1
		irq_work_rules    other     -       -5  100000
		irq_work_rules    third     -       -5  100000
		irq_work_rules    offline   -       -5  100000
		line_watch        cpu       -       -   100000
		line_watch        offset    -       -   225
		line_watch        variable  -       0   -
		line_watch        writes    -       1   -
		nmi_rules         other     -       -5  100000
		wait_rules        other     -       -5  100000
		wait_rules        third     -       -5  100000
		wait_rules        offline   -       -5  100000
		irq_work_sampler  period_us 100     99  1000001 ms=10
		irq_work_sampler  ms        10      0   60001
		irq_work_sampler  slots     1       0   4097   ms=10
		irq_work_sync_c   expect    -       -2  2
		many_collect      rounds    1       0   100001
		many_forms        other     -       -5  100000
		many_forms        third     -       -5  100000
		many_forms        offline   -       -5  100000
		many_leak         at        0       -   7
		many_leak         other     $second -5  100000
		many_leak         third     $third  -5  100000
		many_leak         ms        10      0   10001
		many_ledger       ms        1       0   600001
		leaked_guards     rcu       -       -   16
		misuse            at        -       -   11
		offline_midway    target    $second -5  100000
		quiesce_forms     other     -       -5  100000
		quiesce_forms     third     -       -5  100000
		quiesce_leak      at        4       -   5
		quiesce_leak      other     $second -5  100000
		quiesce_leak      ms        10      0   10001
		quiesce_storm     other     $third  -5  100000 swaps=1 window_ms=1
		quiesce_storm     swaps     1       0   1001   window_ms=1
		quiesce_storm     cpus      1       0   -      swaps=1 window_ms=1
		quiesce_storm     window_ms 1       0   60001  swaps=1
		shared_flush      events    1       0   1000001
		shared_forms      other     -       -5  100000
		shared_forms      third     -       -5  100000
		shared_forms      offline   -       -5  100000
		shared_hotplug    target    $second -5  100000 ms=1
		shared_hotplug    ms        1       0   600001
		shared_leak       at        0       -   5
		shared_leak       other     $second -5  100000
		shared_leak       third     $third  -5  100000
		shared_leak       ms        10      0   10001
		shared_storm      ms        1       0   600001
		swap_under_lock   stop      0       -   2
		wedged_gpu        ms        10      0   10001
	END
}

# refused MODULE PARAMETER VALUE: it is not loaded.
refused() {
	if insmod "$(module_path "$1")" "$2=$3" 2>/dev/null; then
		echo "# $1 $2=$3: loaded"
		return 1
	fi
}

# The end of the log: where a new part of it begins takes long to find.
last_messages() { messages=$(dmesg | tail -n 15); }

said() {
	case $messages in
	*"$1"*) ;;
	*)
		echo "# no message: $1"
		return 1
		;;
	esac
}

# by_kernel VALUE PARAMETER: what the kernel says of a value that is no number of this type.
by_kernel() { echo "\`$1' invalid for parameter \`$2'"; }

# refused_by MODULE PARAMETER VALUE MESSAGE
refused_by() { refused "$1" "$2" "$3" && last_messages && said "$1: $4"; }

# The same CPU for two parameters.
twice() {
	! load csd_leak other="$second" third="$second" 2>/dev/null &&
		log | grep -q "csd_leak: third=$second: must be another CPU than the others"
}

# parameter MODULE PARAMETER GOOD LOW HIGH [MORE...]
parameter() {
	of=$1 name=$2 good=$3 low=$4 high=$5
	shift 5
	for value in "$low" "$high" many; do
		[ "$value" = - ] || refused "$of" "$name" "$value" || return
	done
	if loaded "$of"; then
		echo "# $of: still there"
		return 1
	fi
	last_messages
	for value in "$low" "$high"; do
		[ "$value" = - ] || said "$of: $name=$value: " || return
	done
	said "$of: $(by_kernel many "$name")" || return
	[ "$good" != - ] || return 0
	if ! insmod "$(module_path "$of")" "$name=$good" "$@" || ! rmmod "$of"; then
		echo "# $of $name=$good $*: refused, or still there"
		return 1
	fi
}

ktap_set_plan $(($(parameters | wc -l) + 3))
load crosscall
load contexts
# 300 modules are loaded, as load does it: without another process for each, and without the time that grace
# periods take, which each waits for when it goes.
stay_home
expedited=$(cat /sys/kernel/rcu_expedited)
echo 1 >/sys/kernel/rcu_expedited
parameters >/tmp/crosscall_parameters.$$
while read -r line; do
	# shellcheck disable=SC2086 # words
	set -- $line
	if [ "$1" = line_watch ] && [ "$(uname -m)" != x86_64 ]; then
		ktap_test_skip "$1.$2 (not built: needs the watchpoints of x86)"
		continue
	fi
	check "$1.$2" parameter "$@"
done </tmp/crosscall_parameters.$$
check cpu_twice twice
check offline_is_online refused_by csd_forms offline "$second" "offline=$second: this CPU is not offline"
check negative refused_by csd_all_pairs rounds -1 "$(by_kernel -1 rounds)"
echo "$expedited" >/sys/kernel/rcu_expedited
finish
