#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# samples/rust_cpuid.rs is what the kernel's driver in C is: the same nodes, bytes and errors, also while CPUs go.
. "$(dirname "$0")/lib.sh"

need_cpus 2
reads=$(program cpu_reads 2>/dev/null) || skip "needs x86-64"
work=/tmp/rust_cpuid.$$
first=$(nth_cpu 1) last=$(last_cpu)
mkdir -p "$work"

# All leaves that there are, with their first subleaves.
records() {
	# shellcheck disable=SC2046 # a word for each
	"$reads" show "$1" 16 0x40000000 8 $(for sub in 0 1 2 3 4 5 6 7; do
		echo $((sub << 32)) 0x24
		[ $sub -gt 3 ] || echo $(((sub << 32) + 0x80000000)) 0x24
	done)
}

# observe DIRECTORY: all that a driver shows.
observe() {
	mkdir "$1"
	for cpu in $(online_cpus); do
		records "/dev/cpu/$cpu/cpuid" >"$1/$cpu" || return 1
	done
	"$reads" odd "/dev/cpu/$first/cpuid" 16 0 >"$1/odd" || return 1
	observe_devices cpuid "$1"
}

# The order in which they are loaded does not matter.
observe_all() {
	load cpuid_c && observe "$work/c" && rmmod cpuid_c && load rust_cpuid && observe "$work/rust" && rmmod rust_cpuid &&
		load cpuid_c && observe "$work/again" && rmmod cpuid_c
}

# Their own number tells CPUs apart, so that a record of another one would be seen.
cpus_differ() {
	[ "$(for cpu in $(online_cpus); do sha256sum <"$work/rust/$cpu"; done | sort -u | wc -l)" = "$(online_cpus | wc -l)" ]
}

# refused_while_loaded FIRST SECOND
refused_while_loaded() {
	load "$1" || return 1
	error=$(load "$2" 2>&1) && return 1
	unload "$1"
	echo "$error" | grep -q "busy" && ! loaded "$2"
}

no_such_cpu() { grep -qi "no such device or address"; }
open_file_refuses() { dd bs=16 count=1 <&3 2>&1 >/dev/null | no_such_cpu; }
# When it is opened, not when it is read.
node_refuses() { (: <"$work/node") 2>&1 | no_such_cpu; }

# The file stays open while its CPU is off, and answers when that is back.
offline_is_enxio() {
	node=/dev/cpu/$last/cpuid
	mknod "$work/node" c 203 "$last" && exec 3<"$node" && set_online "$last" 0 || return 1
	open_file_refuses && node_refuses && [ ! -e "$node" ]
	result=$?
	set_online "$last" 1
	[ -e "$node" ] && dd bs=16 count=1 <&3 >/dev/null 2>&1 && [ $result = 0 ]
	result=$?
	exec 3<&-
	return $result
}

# From the first CPU, which stays.
storm() {
	# shellcheck disable=SC2046 # a word for each
	taskset -c "$first" "$reads" storm "${CPUID_READS:-$(or_fewer 10000)}" $(online_cpus | grep -vx "$first") >"$work/storm" &
	pid=$!
	until grep -qs go "$work/storm"; do
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.1
	done
	# shellcheck disable=SC2034 # lib.sh reads it
	CYCLE_PAUSE=0.02
	# shellcheck disable=SC2046 # a word for each
	cycle $(online_cpus | grep -vx "$first")
	wait "$pid"
	result=$?
	end_cycle
	sed 's/^/# /' "$work/storm"
	return $result
}

load crosscall
module_path cpuid_c >/dev/null 2>&1 || skip "needs the source of the kernel's cpuid.c"
ktap_set_plan 10
check each_is_observed observe_all
# shellcheck disable=SC2046 # a word for each
check same_records_of_each_cpu same "$work" $(online_cpus)
check cpus_differ cpus_differ
check same_errors same "$work" odd
sed 's/^/# /' "$work/rust/odd"
check same_nodes same "$work" nodes number class uevent
check refused_beside_c refused_while_loaded cpuid_c rust_cpuid
check c_refused_beside_it refused_while_loaded rust_cpuid cpuid_c
load rust_cpuid
check offline_is_enxio offline_is_enxio
check reads_while_cpus_go storm
check nothing_is_left unload rust_cpuid
rm -rf "$work"
finish
