# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Sourced by each test: modules, results that modules leave in the kernel log, KTAP.
#
# The modules are looked for in $CROSSCALL_MODULES, or where Kbuild leaves them in this tree. The
# KTAP functions are those of the kernel's kselftest: in ../kselftest, where they are when this
# folder stands in tools/testing/selftests/, or in $KSELFTEST_DIR.

here=$(cd "$(dirname "$0")" && pwd)

for dir in "${KSELFTEST_DIR:-}" "$here/../kselftest"; do
	if [ -f "$dir/ktap_helpers.sh" ]; then
		. "$dir/ktap_helpers.sh"
		break
	fi
done

ktap_print_header

# Ends the test before it has begun. Where it must be possible ($NO_SKIPS) that is a failure.
skip() {
	if [ "${NO_SKIPS:-0}" != 0 ]; then
		ktap_set_plan 1
		ktap_test_fail "is_possible # $1"
		ktap_finished
	fi
	ktap_skip_all "$1"
	exit "$KSFT_SKIP"
}

[ "$(id -u)" = 0 ] || skip "must be root"

# cpu_list NAME: the CPUs of a file such as online, one a line. Not by nproc: that counts those where the
# caller may run, which isolcpus= or a cpuset limits.
cpu_list() {
	tr , '\n' <"/sys/devices/system/cpu/$1" | sed -n '/^[0-9]/p' | while IFS=- read -r first last; do
		seq "$first" "${last:-$first}"
	done
}

online_cpus() { cpu_list online; }

# nth_cpu N: the Nth CPU that is online. Their numbers may have holes.
nth_cpu() { online_cpus | sed -n "${1}p"; }

last_cpu() { online_cpus | tail -n 1; }

# but CPU: the others that are online, as a list for taskset.
but() { online_cpus | grep -vx "$1" | tr '\n' , | sed 's/,$//'; }

# Where modules are loaded, see load.
home=${HOME_CPU:-$(nth_cpu 1)}

# need_cpus N: what the test needs online.
need_cpus() {
	[ "$(online_cpus | wc -l)" -ge "$1" ] ||
		skip "needs $1 CPUs online, has $(cat /sys/devices/system/cpu/online)"
}

# stay_off CPU: whatever starts from now on stays away from it.
stay_off() {
	taskset -pc "$(but "$1")" $$ >/dev/null
}

# stay_home: the same, on the CPU where modules are loaded.
stay_home() {
	taskset -pc "$home" $$ >/dev/null
}

module_path() {
	for dir in "${CROSSCALL_MODULES:-}" "$here/modules" "$here/../rust" "$here/../samples"; do
		if [ -f "$dir/$1.ko" ]; then
			echo "$dir/$1.ko"
			return
		fi
	done
	echo "$1.ko: not found; set CROSSCALL_MODULES" >&2
	return 1
}

# Whether the kernel has crosscall, so that there is no module of it.
built_in() {
	[ -d /sys/kernel/debug/crosscall ] && ! loaded crosscall
}

# load NAME [PARAMETER=VALUE...]: starts a new part of the log too. On the first CPU, so that the tests
# know the others: those that modules use by default are the next ones.
load() {
	module=$1
	shift
	mark=$((${mark:-0} + 1))
	echo "crosscall_test: mark $$.$mark" >/dev/kmsg
	[ "$module" != crosscall ] || ! built_in || return 0
	taskset -c "$home" insmod "$(module_path "$module")" "$@"
}

loaded() {
	grep -q "^$1 " /proc/modules
}

unload() {
	for name; do
		! loaded "$name" || rmmod "$name" || return 1
	done
}

# rmmod that lasts for ever ($RMMOD_TRIES) is a failure, not a hang of the test. Bound as insmod is,
# see load.
rmmod_ends() {
	taskset -c "$home" rmmod "$1" &
	pid=$!
	for _ in $(seq "${RMMOD_TRIES:-200}"); do
		if ! kill -0 "$pid" 2>/dev/null; then
			wait "$pid"
			return
		fi
		sleep 0.1
	done
	return 1
}

# watch_a_leak MODULE FILE LISTED: unloads a module that leaves calls behind which hold CPUs for 1.5 s, and
# notes in the file what is in flight meanwhile. Then LISTED must find it there, or once more when they held
# them for 2 s: on a busy host a shell may not run in time.
watch_a_leak() {
	watch_for "$1" 1500 "$2"
	"$3" || watch_for "$1" 2000 "$2"
}

watch_for() { # MODULE MS FILE
	rm -f "$3" "$3.stop"
	taskset -c "$(nth_cpu 4)" sh "$here/watch.sh" "$3" &
	until [ -e "$3" ]; do
		sleep 0.1
	done
	load "$1" at=1 ms="$2"
	# A program that starts or ends may wait for the CPUs that are held, with preemption off: not where the
	# watcher is.
	cpus=$(taskset -p $$ | sed 's/.* //')
	taskset -pc "$home" $$ >/dev/null
	rmmod_ends "$1"
	taskset -p "$cpus" $$ >/dev/null
	touch "$3.stop"
	wait
	sed 's/^/# /' "$3" | sort -u -k 3,4
}

# The kernel log since the last load, or what is left of it.
log() {
	dmesg | sed -e 's/^<[0-9]*>//' -e 's/^\[[^]]*\] //' |
		awk -v mark="crosscall_test: mark $$.$mark" '
			index($0, mark) { lines = 0; next }
			{ line[lines++] = $0 }
			END { for (i = 0; i < lines; i++) print line[i] }'
}

# logged TEXT: in how many lines of it.
logged() {
	log | grep -c "$1"
}

# What a test module reported since it was loaded.
reported() {
	log | sed -n "s/^$1: ktap: //p"
}

# How many results a test module has announced; 1 if it did not get that far.
planned() {
	plan=$(reported "$1" | sed -n 's/^1\.\.//p' | tail -n 1)
	echo "${plan:-1}"
}

# relay NAME: turns the report of a test module into results of this test.
relay() {
	results=/tmp/crosscall_relay.$$
	reported "$1" >"$results"
	while IFS= read -r line; do
		case $line in
		"ok "*" # SKIP "*)
			line=${line#ok * }
			ktap_test_skip "$1.${line%% # SKIP *} (${line#* # SKIP })"
			;;
		"ok "*) ktap_test_pass "$1.${line#ok * }" ;;
		"not ok "*) ktap_test_fail "$1.${line#not ok * }" ;;
		"#"*) echo "$line" ;;
		esac
	done <"$results"
	seen=$(grep -c -e '^ok ' -e '^not ok ' "$results")
	rm -f "$results"
	# A module that crashed or was not loaded leaves results out.
	if [ "$seen" != "$(planned "$1")" ]; then
		ktap_test_fail "$1.reported_all_results"
	fi
}

# or_fewer TIMES: a tenth, if what goes wrong would do so on any kernel, and this one takes long.
or_fewer() {
	if [ -e /proc/lockdep ] || uname -v | grep -q PREEMPT_RT; then
		echo $(($1 / 10))
	else
		echo "$1"
	fi
}

# check NAME COMMAND...: one result.
check() {
	checked=$1
	shift
	if "$@"; then
		ktap_test_pass "$checked"
	else
		ktap_test_fail "$checked"
	fi
}

# counter NAME [FILE]: the sum of one column of a table in debugfs, crosscall's counters, over all CPUs.
counter() {
	awk -v want="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == want) column = i; next }
		/^#/ { next }
		{ sum += $column } END { print sum + 0 }' "/sys/kernel/debug/crosscall/${2:-stats}"
}

nothing_in_flight() {
	[ -z "$(cat /sys/kernel/debug/crosscall/in_flight)" ]
}

# program NAME: where a userspace program of this suite is.
program() {
	for dir in "${CROSSCALL_MODULES:-}" "$here/user"; do
		if [ -x "$dir/$1" ]; then
			echo "$dir/$1"
			return
		fi
	done
	echo "$1: not found; set CROSSCALL_MODULES" >&2
	return 1
}

# The last CPU online that is nohz_full, if there is one.
isolated_cpu() {
	cpu_list nohz_full 2>/dev/null | grep -xF "$(online_cpus)" | grep -vx "$home" | tail -n 1
}

# interrupts CPU KINDS: the sum of these rows of /proc/interrupts ("Function call|IRQ work"), which has a column for
# each CPU online. By their descriptions: each architecture has labels of its own.
interrupts() {
	awk -v cpu="CPU$1" -v kinds=" ($2) interrupts\$" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == cpu) column = i + 1 }
		$0 ~ kinds { sum += $column }
		END { print sum + 0 }' /proc/interrupts
}

# occupy CPU MODE: lets a program run on CPU, see user/isolated.c, until vacate.
occupy() {
	"$(program isolated)" "$1" "$2" &
	occupant=$!
	# The kernel works on behalf of a CPU for some seconds after it was last busy there.
	sleep "${SETTLE:-3}"
}

vacate() {
	kill "$occupant" || return 1
	wait "$occupant" 2>/dev/null
	return 0
}

# A column of a CPU's row in the counters of deferred works.
deferred_counter() {
	awk -v cpu="$1" -v want="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == want) column = i }
		NR > 1 && $1 == cpu { print $column }' /sys/kernel/debug/crosscall/deferred
}

# goes_on COMMAND...: whether the number that it prints rises, by 100 at least.
goes_on() {
	before=$("$@")
	for _ in $(seq 100); do
		sleep 0.1
		[ "$("$@")" -le $((before + 100)) ] || return 0
	done
	return 1
}

set_online() {
	echo "$2" >"/sys/devices/system/cpu/cpu$1/online"
}

# load_while_offline CPU MODULE [PARAMETER=VALUE...]: for a test module that has done all when it is loaded.
load_while_offline() {
	offline=$1
	shift
	set_online "$offline" 0
	load "$@"
	set_online "$offline" 1
}

# cycle CPU...: they go off and on ($CYCLE_PAUSE seconds apart) until end_cycle.
cycle() {
	cycling=/tmp/crosscall_cycling.$$
	touch "$cycling"
	while [ -e "$cycling" ]; do
		for cpu; do
			for online in 0 1; do
				set_online "$cpu" "$online"
				[ -z "${CYCLE_PAUSE:-}" ] || sleep "$CYCLE_PAUSE"
			done
		done
	done &
}

end_cycle() {
	rm "$cycling"
	wait
}

# Which of our modules are loaded, the newest first.
our_modules() {
	while read -r name _; do
		! module_path "$name" >/dev/null 2>&1 || echo "$name"
	done </proc/modules
}

# finish: prints the sums and ends. The kselftest function checks them against the plan.
finish() {
	# shellcheck disable=SC2046 # one word for each module
	unload $(our_modules)
	ktap_finished
}

# observe_devices NAME DIRECTORY: what there is of a driver that has a device for each CPU.
observe_devices() {
	(cd /dev && stat -c '%n %F %a %u %g %t %T' cpu/*/"$1") >"$2/nodes"
	grep "$1" /proc/devices >"$2/number"
	ls -R /sys/class/"$1"/ /sys/class/"$1"/*/ >"$2/class"
	grep -h . /sys/class/"$1"/*/uevent >"$2/uevent"
}

# same DIRECTORY FILE...: of a driver in C before and after ours (c, again), and of ours (rust). A file without a line
# is no match.
same() {
	observed=$1
	shift
	for file; do
		if ! [ -s "$observed/c/$file" ] || ! cmp "$observed/c/$file" "$observed/rust/$file" ||
			! cmp "$observed/c/$file" "$observed/again/$file"; then
			diff "$observed/c/$file" "$observed/rust/$file" | head -n 20 | sed 's/^/# /'
			return 1
		fi
	done
}
