# shellcheck shell=bash
# What boot-fast and boot-vng have in common. A runner sources this, defines `launch` (boot once, leave
# console.log, output.log and handback.tar in $run) and calls `boot "$@"`.
#
#   [--kernel NAME|DIR] [--smp N] [--mem MEGABYTES] [--append STRING] [--timeout SECONDS] [--env VAR=VALUE]
#   [--expect-splat REGEX] [--leak-check] [--accel kvm|tcg|parallel|icount] [--out DIR] [--live] [--stream] [--interactive [--gdb]] FILE[:GUEST_PATH]... -- SCRIPT
#
# *.ko and the programs of selftests/user go to $CROSSCALL_MODULES in the guest; a file of the repository to its place under /crosscall.
# SCRIPT is a shell command. Its output goes to stdout, with --stream as it comes; its exit status is the runner's, with these more:
# 96 a splat, 97 the guest died, 98 it never came up, 99 its kernel reported a hang, 124 out of time.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

exit_splat=96 exit_died=97 exit_no_boot=98 exit_hang=99 exit_timeout=124
# That of run-qemu.
emulator_hung=123

# shellcheck disable=SC2034 # accel is read by the runners
kernel=stock smp=4 mem=1024 append='' timeout=120 expect='' leak_check=0 accel='' out='' snapshot='' live=0 stream=0 interactive=0 gdb=0 trace=0
files=() guest_env=() script=

boot_usage() {
	die "$(basename "$0"): $1" "the options are at the top of scripts/boot-lib.sh"
}

# qemu_ports: the options of a QEMU that has no device but those that are named, and ports by which the guest's output
# and what it hands back go into $run.
qemu_ports() {
	local where
	where=$(in_tree "$run")
	printf '%s\0' -nodefaults -no-user-config -display none -no-reboot \
		-device virtio-serial -chardev "file,id=output,path=$where/output.log" \
		-device virtserialport,name=crosscall.output,chardev=output \
		-chardev "file,id=handback,path=$where/handback.tar" \
		-device virtserialport,name=crosscall.handback,chardev=handback
}

# shellcheck disable=SC2034 # trace, gdb and patience are read by the runners
parse_boot_options() {
	while [ $# -gt 0 ]; do
		case $1 in
		--)
			shift
			script=$*
			break
			;;
		--leak-check) leak_check=1 ;;
		--live) live=1 ;;
		--stream) stream=1 ;;
		--interactive) interactive=1 ;;
		--gdb) gdb=1 ;;
		--trace) trace=1 ;;
		--kernel | --smp | --mem | --append | --timeout | --expect-splat | --accel | --out | --snapshot | --env)
			[ $# -gt 1 ] || boot_usage "$1 needs a value"
			set_option "${1#--}" "$2"
			shift
			;;
		-*) boot_usage "unknown option $1" ;;
		*) files+=("$1") ;;
		esac
		shift
	done
	# How many seconds without output a guest has whose kernel has reported a hang.
	if [ -n "$expect${CROSSCALL_STOP_AT:-}" ]; then patience=; elif [ "$stream" = 1 ]; then patience=10; else patience=30; fi
	[ -n "$script" ] || boot_usage "no script: end the options with -- SCRIPT"
	[[ $smp =~ ^[0-9]+(,maxcpus=[0-9]+)?$ && $mem =~ ^[0-9]+$ && $timeout =~ ^[0-9]+$ ]] ||
		boot_usage "--smp, --mem and --timeout take whole numbers, --smp also N,maxcpus=N"
}

set_option() {
	case $1 in
	env) guest_env+=("$2") ;;
	expect-splat) expect=$2 ;;
	append) append+=" $2" ;;
	*) printf -v "$1" '%s' "$2" ;;
	esac
}

# Where a file goes in the guest, below its root.
destination() {
	case $1 in
	*.ko | */selftests/user/*) echo "modules/$(basename "$1")" ;;
	"$repo"/*) echo "files$tree_repo/${1#"$repo"/}" ;;
	*) echo "files/$(basename "$1")" ;;
	esac
}

place_file() {
	local source=${1%%:*} target
	[ -e "$source" ] || die "$source does not exist"
	source=$(cd "$(dirname "$source")" && pwd)/$(basename "$source")
	target=$run/guest/$(destination "$source")
	[ "$1" = "${1%%:*}" ] || target=$run/guest/files/${1#*:}
	mkdir -p "$(dirname "$target")"
	cp -RL "$source" "$target"
}

# The KTAP functions of the kernel's own kselftest, which the tests are written for.
place_kselftest() {
	local source
	source=$(readlink "$(kernel_dir "$kernel")/source") || return 0
	cp -R "$cache${source#"$tree_cache"}"/tools/testing/selftests/{kselftest,lib.mk} "$run/guest/"
}

write_env() { # GUEST_DIRECTORY
	local one
	printf "export CROSSCALL_MODULES='%s' KSELFTEST_DIR='%s' CROSSCALL_KERNEL='%s' CROSSCALL_LEAK_CHECK=%s\n" \
		"$1/modules" "$1/kselftest" "$kernel" "$leak_check"
	for one in "${guest_env[@]}"; do
		printf "export %s='%s'\n" "${one%%=*}" "${one#*=}"
	done
}

prepare_run() {
	local one
	mkdir -p "$cache/run"
	run=$(mktemp -d "$cache/run/$(date +%H%M%S).$CROSSCALL_SUPERVISED.XXXXXX")
	trap 'rm -rf "$run"' EXIT
	mkdir -p "$run/guest/modules"
	for one in "${files[@]}"; do
		place_file "$one"
	done
	place_kselftest
	printf '%s\n' "$script" >"$run/guest/script"
	cp "$repo/scripts/guest/session" "$run/guest/"
	[ "$interactive" = 0 ] || touch "$run/guest/interactive"
}

# tell_of_hang: says at once that the kernel has reported a hang. The caller ends it (untold).
tell_of_hang() {
	local line
	await_line "$run/console.log" -Ef "$repo/scripts/scan-log.d/hangs"
	[ ! -t 2 ] || printf '\r\033[K' >&2
	say "the kernel reports a hang: ${line%$'\r'}"
	if [ "$interactive" = 1 ]; then
		say "(Ctrl-A, then x, ends the guest)"
	else
		say "(the guest is ended after $patience seconds without output)"
	fi
}

came_up() { grep -q 'crosscall: guest is up' "$run/console.log" 2>/dev/null; }

launch_once() {
	rm -rf "$run/console.log" "$run/output.log" "$run/handback.tar" "$run/status" "$run/report"
	touch "$run/console.log" "$run/output.log"
	local running followers=() tellers=() teller qemu_status=0
	# tail(1) ends once this process has gone and it has shown all that is there.
	sleep infinity &
	running=$!
	if [ "$live" = 1 ]; then
		tail -n +1 -f --pid="$running" "$run/console.log" >&2 &
		followers+=($!)
	fi
	if [ "$stream" = 1 ]; then
		tail -n +1 -f --pid="$running" "$run/output.log" 2>/dev/null &
		followers+=($!)
		tell_of "$run/console.log" "$run/output.log" &
		tellers+=($!)
	fi
	if [ -n "$patience" ]; then
		tell_of_hang &
		tellers+=($!)
	fi
	launch || qemu_status=$?
	for teller in "${tellers[@]}"; do
		untold "$teller"
	done
	kill "$running"
	wait "$running" "${followers[@]}" 2>/dev/null || :
	[ ! -s "$run/handback.tar" ] || tar -C "$run" -xf "$run/handback.tar" 2>/dev/null || :
	return "$qemu_status"
}

# Of what the kernel reported: the first function that is a module's, which is the callback that does not return, or what
# it called. Rust's names as they are in the source.
say_where_it_was() {
	local found
	found=$(grep -aA 1000 -Ef "$repo/scripts/scan-log.d/hangs" "$run/console.log" |
		sed -nE 's/.*[: ]([A-Za-z_][A-Za-z0-9_$.]*)\+0x[0-9a-f]+\/0x[0-9a-f]+ \[([a-z0-9_]+)\].*/\1 of \2.ko/p' | sed q) || :
	[ -z "$found" ] || say "the first function of a module that it names: $("$repo/scripts/enter" llvm-cxxfilt <<<"$found")"
}

# The status that stands for the run; a message only where the guest itself could not say what happened.
verdict() { # STATUS_OF_THE_EMULATOR
	local status
	if [ -s "$run/status" ] && [[ $1 = "$exit_timeout" || $1 = "$emulator_hung" ]]; then
		status=$exit_timeout
		say "the script has ended, but the guest did not go down"
	elif [ -s "$run/status" ]; then
		status=$(cat "$run/status")
	elif ! came_up; then
		status=$exit_no_boot
		say "the guest never came up"
	elif [ "$1" = "$emulator_hung" ]; then
		status=$exit_hang
		say "the guest hangs, and was ended"
		say_where_it_was
	elif [ "$1" = "$exit_timeout" ] || [ "$1" = 137 ]; then
		status=$exit_timeout
		say "the guest did not finish within $timeout s"
	else
		status=$exit_died
		say "the guest died before its script ended"
	fi
	if ! "$repo/scripts/scan-log" ${expect:+--expect "$expect"} "$run/console.log" >"$run/splats"; then
		say "the kernel log is not clean:"
		cat "$run/splats" >&2
		[ "$status" != 0 ] || status=$exit_splat
	fi
	# A kernel that was meant to splat may have been meant to die of it.
	return "$status"
}

hand_over() { # STATUS
	local keep=$run
	echo "$1" >"$run/verdict"
	[ "$stream" = 1 ] || cat "$run/output.log"
	# The end of a console that has a hang is among the splats.
	if [ "$1" -ge "$exit_died" ] && [ "$1" != "$exit_hang" ]; then
		say "last lines of the console:"
		tail -n 30 "$run/console.log" >&2
	fi
	if [ -n "$out" ]; then
		mkdir -p "$out"
		for one in "$run"/{console.log,output.log,splats,verdict,report,*.log}; do
			[ ! -e "$one" ] || { rm -rf "${out:?}/${one##*/}" && cp -R "$one" "$out/"; }
		done
		keep=
	fi
	[ -n "$keep" ] && [ "$1" != 0 ] || return 0
	trap - EXIT
	say "kept in $run"
}

# boot-fast has snapshots.
renew_snapshot() { :; }

boot() {
	local status=0
	need_root
	launch_once || status=$?
	if [ ! -s "$run/status" ] && ! came_up && [ "$interactive" = 0 ]; then
		say "the guest did not come up; trying once more"
		renew_snapshot
		status=0
		launch_once || status=$?
	fi
	[ "$interactive" = 0 ] || return "$status"
	local result=0
	verdict "$status" || result=$?
	hand_over "$result"
	return "$result"
}
