#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# samples/rust_msr.rs reads what the kernel's driver in C reads, and many registers of many CPUs by one call.
. "$(dirname "$0")/lib.sh"

need_cpus 2
reads=$(program cpu_reads 2>/dev/null) || skip "needs x86-64"
work=/tmp/rust_msr.$$
mkdir -p "$work"
first=$(nth_cpu 1) last=$(last_cpu)
cpus=$(online_cpus | tr '\n' , | sed 's/,$//')
# They do not change: the APIC's base, microcode, MTRR, SYSENTER, PAT, EFER, SYSCALL, and, other on each CPU, the
# base of GS and TSC_AUX. Of x2APIC, which may be off, and one that does not exist.
registers=0x1b,0x8b,0xfe,0x174,0x175,0x176,0x277,0x2ff,0xc0000080,0xc0000081,0xc0000082,0xc0000084,0xc0000101,0xc0000103,0x802,0x12345678
few=0x1b,0x277,0xc0000080,0xc0000101,0xc0000103

# observe DIRECTORY: all that a driver shows.
observe() {
	mkdir "$1"
	"$reads" singles "$cpus" "$registers" >"$1/values" &&
		"$reads" odd "/dev/cpu/$first/msr" 8 0x277 >"$1/odd" &&
		for register in 0x277 0x802 0xc0000103; do
			"$reads" regs "/dev/cpu/$last/msr" $register
		done >"$1/regs" || return 1
	observe_devices msr "$1"
	"$reads" powerless "/dev/cpu/$first/msr" >"$1/powerless"
}

# The order in which they are loaded does not matter. Ours refuses writes.
observe_all() {
	load msr_c allow_writes=off && observe "$work/c" && rmmod msr_c && load rust_msr && observe "$work/rust" && rmmod rust_msr &&
		load msr_c allow_writes=off && observe "$work/again" && rmmod msr_c
}

# made COMMAND...: how many calls to CPUs that makes.
made() {
	before=$(counter queued)
	"$@" || echo "$* failed"
	echo $(($(counter queued) - before))
}

batch() { "$reads" batch "/dev/cpu/$first/msr" "$@"; }

batch_is_singles() {
	batch "$cpus" "$registers" >"$work/batch" && cmp "$work/batch" "$work/rust/values"
}

# Also in another order, twice the same, and a CPU that there cannot be.
rows_are_as_asked() {
	batch "$last,$first,$last,99999" 0x277,0xc0000103 >"$work/rows" &&
		[ "$(grep -c . "$work/rows")" = 12 ] && [ "$(grep CPU "$work/rows" | tr -d '\n')" = "CPU ${last}CPU ${first}CPU ${last}CPU 99999" ] &&
		[ "$(sed -n '2,3p' "$work/rows")" = "$(sed -n '8,9p' "$work/rows")" ] &&
		[ "$(sed -n 3p "$work/rows")" != "$(sed -n 6p "$work/rows")" ] && [ "$(grep -c ENXIO "$work/rows")" = 2 ]
}

# One call to each CPU, where reads make one for each register too.
one_call_a_cpu() {
	count=$(online_cpus | wc -l)
	one=$(made batch "$cpus" "$few" | tail -n 1)
	each=$(made "$reads" singles "$cpus" "$few" | tail -n 1)
	echo "# 5 registers of $count CPUs: $one calls by a batch, $each by reads"
	[ "$one" = "$count" ] && [ "$each" = $((5 * count)) ]
}

refusals() {
	"$reads" refusals "/dev/cpu/$first/msr" >"$work/refusals"
	diff - "$work/refusals" <<-END
		write: EPERM
		one: 0
		no CPU: EINVAL
		too many CPUs: EINVAL
		no register: EINVAL
		16 registers: 0
		17 registers: EINVAL
		CPUs nowhere: EFAULT
		registers nowhere: EFAULT
		values nowhere: EFAULT
		nowhere: EFAULT
		not open for reading: EBADF
	END
}

# by_cpu: each value with its CPU.
by_cpu() { awk '/^CPU/ { cpu = $2; next } { print cpu, $0 }' | sort -u; }

# Each value is the CPU's, or it was offline.
batches_while_cpus_go() {
	batch "$cpus" "$few" | by_cpu >"$work/known"
	# shellcheck disable=SC2034 # lib.sh reads it
	CYCLE_PAUSE=0.02
	# shellcheck disable=SC2046 # a word for each
	cycle $(online_cpus | grep -vx "$first")
	for _ in $(seq "$(or_fewer 100)"); do
		batch "$cpus" "$few" || echo failed
	done >"$work/storm"
	end_cycle
	by_cpu <"$work/storm" | grep -vxF -f "$work/known" >"$work/others"
	echo "# $(grep -c : "$work/storm") values, $(grep -c ENXIO "$work/storm") of them refused"
	grep -q ENXIO "$work/others" && ! grep -v 'ENXIO$' "$work/others"
}

load crosscall
module_path msr_c >/dev/null 2>&1 || skip "needs the source of the kernel's msr.c"
ktap_set_plan 11
check each_is_observed observe_all
check same_values same "$work" values
sed 's/^/# /' "$work/rust/values"
check same_errors same "$work" odd powerless
sed 's/^/# /' "$work/rust/odd" "$work/rust/powerless"
check same_by_ioctl same "$work" regs
check same_nodes same "$work" nodes number class uevent
load rust_msr
check batch_is_singles batch_is_singles
check rows_are_as_asked rows_are_as_asked
check one_call_a_cpu one_call_a_cpu
check refusals refusals
check batches_while_cpus_go batches_while_cpus_go
check nothing_is_left unload rust_msr
rm -rf "$work"
finish
