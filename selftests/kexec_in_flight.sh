#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Another kernel takes the place of this one with all kinds of calls in flight. That it comes up is seen by the runner,
# to which only the other kernel reports: this is for a boot of scripts/boots, in the last place.
. "$(dirname "$0")/lib.sh"

kernel=/vmlinuz
need_cpus 4
[ -n "${CROSSCALL_ENDING:-}" ] || skip "needs a guest of scripts/boot-fast, which ends as the test says"
[ -e "$kernel" ] || skip "needs a kernel to load, as $kernel"

# What this guest began with, but for the modules and the script.
load_the_kernel() {
	root=/tmp/crosscall_next
	mkdir -p "$root"/proc "$root"/sys "$root"/dev "$root"/tmp "$root"/run "$root"/etc "$root"/guest
	cp -a /init /bin /sbin /usr "$root/" && cp -a /guest/session /guest/env "$root/guest/" || return 1
	echo 'echo "# the next kernel is up"' >"$root/guest/script"
	(cd "$root" && find . | cpio -o -H newc >/tmp/crosscall_next.cpio 2>/dev/null) || return 1
	"$(program kexec_into)" load "$kernel" /tmp/crosscall_next.cpio "$(cat /proc/cmdline)"
}

load crosscall
load contexts
load crosscall_torture background=1 seconds=3600
load csd_leak at=6
ktap_set_plan 3
check calls_are_in_flight goes_on counter ran
check works_are_in_flight goes_on counter work_ran
check the_next_kernel_is_loaded load_the_kernel
[ "$KTAP_CNT_FAIL" != 0 ] || echo kexec >"$CROSSCALL_ENDING"
# They stay in flight: not by finish.
ktap_finished
