# shellcheck shell=bash
# Shared helpers. Sourced by the scripts of this directory, after `set -euo pipefail`.

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${CROSSCALL_CACHE:-${HOME:-/root}/.cache/crosscall}
[[ $cache == /* ]] || cache=$PWD/$cache
export CROSSCALL_CACHE=$cache

# Where repo and cache appear inside the tree. Kbuild records absolute paths, so these must not move.
# shellcheck disable=SC2034 # used by the scripts that source this file
tree_repo=/crosscall tree_cache=/cache

# shellcheck disable=SC2034 # used by the scripts that source this file
mirror=${CROSSCALL_MIRROR:-http://deb.debian.org/debian}

# One clock for a whole command, however many scripts it calls.
export CROSSCALL_T0=${CROSSCALL_T0:-$(date +%s)}

say() { printf '[%4ds] %s\n' "$(($(date +%s) - CROSSCALL_T0))" "$*" >&2; }
warn() { say "warning: $*"; }

# die MESSAGE [REMEDY]
die() {
	printf 'crosscall: %s\n' "$1" >&2
	[ $# -lt 2 ] || printf '  remedy: %s\n' "$2" >&2
	end_parents
	exit 1
}

# Where it is called in $(...) that is a part of a command, exit would end the substitution, and the command
# would run without what it was to be given. So the shells above are ended too, up to the script. bash
# does not report this signal; a script that it has ended has status 141.
end_parents() {
	local pid=$BASHPID stat parents=()
	# All are found before the first one is ended: its /proc entry goes with it.
	while [ "$pid" != "$$" ]; do
		stat=$(<"/proc/$pid/stat") || return 0
		read -r _ pid _ <<<"${stat##*) }"
		parents=("$pid" "${parents[@]}")
	done
	[ "${#parents[@]}" = 0 ] || kill -s PIPE "${parents[@]}"
}

need_root() {
	[ "$(id -u)" = 0 ] ||
		die "$(basename "$0") needs root: it makes a Debian tree and mounts file systems in a namespace of its own" \
			"run it as root, or use make KDIR=... which needs no root"
}

# tell_of FILE [UNLESS]: every 3 seconds, for a user that waits, the last line of FILE; not if UNLESS has content. On a
# terminal in one line, elsewhere only with CROSSCALL_PROGRESS. The caller ends it (untold).
tell_of() {
	[ -t 2 ] || [ -n "${CROSSCALL_PROGRESS:-}" ] || return 0
	local line never
	# Nothing ever comes from it, so that a read is a sleep without a process.
	exec {never}<> <(:) >/dev/null
	while ! read -r -t 3 -u "$never" && kill -0 "$$" 2>/dev/null; do
		[ -z "${2:-}" ] || [ ! -s "$2" ] || continue
		line=$(grep -av '^make' "$1" 2>/dev/null | tail -n 1 | tr -d '\r' | tr '\t' ' ' | cut -c1-60) || line=
		if [ -t 2 ]; then
			printf '\r\033[K[%4ds]   ... %s\r' "$(($(date +%s) - CROSSCALL_T0))" "$line" >&2
		elif [ -n "$line" ]; then
			say "  ... $line"
		fi
	done
}

# await_line FILE GREP_ARGUMENT...: waits until FILE has such a line, which is in $line then. For the background: the
# caller ends it (untold).
await_line() {
	local file=$1 never
	shift
	exec {never}<> <(:) >/dev/null
	until line=$(grep -am 1 "$@" "$file" 2>/dev/null); do
		read -r -t 0.5 -u "$never" || kill -0 "$$" 2>/dev/null || exit 0
	done
}

# untold PID: ends it, and clears its line.
untold() {
	kill "$1" 2>/dev/null || :
	wait "$1" 2>/dev/null || :
	[ ! -t 2 ] || printf '\033[K' >&2
}

# logged NAME COMMAND...: keep a long command's output in a file, show its end if it fails.
logged() {
	local log=$cache/log/$1.log
	shift
	mkdir -p "$cache/log"
	local status=0 teller
	tell_of "$log" &
	teller=$!
	"$@" >"$log" 2>&1 </dev/null || status=$?
	untold "$teller"
	[ "$status" != 0 ] || return 0
	printf '%s\n' "--- last lines of $log" >&2
	tail -n 40 "$log" >&2
	return "$status"
}

# with_lock NAME COMMAND...: one holder per cache; the others wait.
with_lock() {
	local name=$1
	local lock=$cache/lock/$name
	shift
	mkdir -p "$(dirname "$lock")"
	(
		flock -n 9 || { say "waiting for another $name run"; flock 9; }
		"$@"
	) 9>"$lock"
}

# hold_lock NAME: the same, until this script and all that it has started are gone.
hold_lock() {
	local held
	mkdir -p "$cache/lock"
	exec {held}>"$cache/lock/$1"
	flock -n "$held" || { say "waiting for another $1 run"; flock "$held"; }
}

# provision SCRIPT ARGUMENT...: one at a time, but a caller that finds nothing to do need not wait for others,
# which may be at another kernel for minutes.
provision() {
	local script=$repo/scripts/$1 lock=provision
	# Tools are fetched by an apt of their own, into folders of their own.
	[ "$1" != provision-tool ] || lock=$1
	shift
	"$script" --is-done "$@" 2>/dev/null || with_lock "$lock" "$script" "$@"
}

# fewer_jobs_than N: waits until that is so.
fewer_jobs_than() {
	while [ "$(jobs -rp | wc -l)" -ge "$1" ]; do
		wait -n || :
	done
}

# hash_of FILE...: one short name for the content of files.
hash_of() { cat "$@" | sha256sum | cut -c1-16; }

# repo_id DIRECTORY: clones of the repository share the cache but never each other's products.
repo_id() { printf '%s-%s' "$(basename "$1" | tr -c 'A-Za-z0-9_.\n' -)" "$(printf '%s' "$1" | sha256sum | cut -c1-8)"; }

# stamp_is FILE KEY: whether a cached product was made from exactly KEY.
stamp_is() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

# What rebuilt metadata depends on besides the version of the kernel packages.
metadata_key() { hash_of "$cache/tree/toolchain" "$repo/scripts/tree/build-metadata"; }

# in_tree PATH: a host path as seen inside the tree.
in_tree() {
	case $1 in
	"$cache" | "$cache"/*) printf '%s' "$tree_cache${1#"$cache"}" ;;
	"$repo" | "$repo"/*) printf '%s' "$tree_repo${1#"$repo"}" ;;
	*) die "$1 is neither in the repository nor in the cache, so it does not exist inside the tree" ;;
	esac
}

# Names of the kernels that guests run: Debian's own, and the debug builds of scripts/debug-kernel.
debian_kernels="stock rt arm64" debug_kernels="lockdep kasan kcsan irqfix builtin upstream upstream-rt upstream-up upstream-clang upstream-arm64 upstream-riscv64"
# Of these there is no more than the Rust code: scripts/debug-kernel compiles it, and nothing is booted.
rust_kernels="upstream-arm upstream-rustc"

# Folders of their own in the cache, of scripts/provision-tool.
# shellcheck disable=SC2034 # used by the scripts that source this file
tools="herd cbmc spin cargo-mutants sphinx matplotlib rust-analyzer arm64 riscv64 rustc secure-boot chromium tracing stress-ng gdb"

is_debian_kernel() { [[ " $debian_kernels " == *" $1 "* ]]; }
is_rust_kernel() { [[ " $rust_kernels " == *" $1 "* ]]; }
is_debug_kernel() { [[ " $debug_kernels " == *" $1 "* ]]; }

# foreign RELEASE|DIRECTORY: the architecture of that kernel; nothing if it is x86-64. The folder of this name in the
# cache has what builds for it and emulates it.
foreign() {
	case $1 in
	*-arm64) echo arm64 ;;
	*-riscv64) echo riscv64 ;;
	esac
}

# Which ABI was chosen for a Debian kernel; KERNEL= keeps a choice of its own.
selection_file() { printf '%s' "$cache/selected/$1${KERNEL:+-$KERNEL}"; }

# kernel_dir NAME|DIRECTORY: where its vmlinux, release and build/ (the KDIR) are.
kernel_dir() {
	if is_debian_kernel "$1"; then
		[ -s "$(selection_file "$1")" ] ||
			die "kernel '$1'${KERNEL:+ $KERNEL} is not provisioned" "${KERNEL:+KERNEL=$KERNEL }scripts/provision $1"
		printf '%s' "$cache/kernels/$(cat "$(selection_file "$1")")"
	elif is_debug_kernel "$1"; then
		[ -f "$cache/kernels/$1/stamp" ] ||
			die "kernel '$1' is not built" "scripts/debug-kernel $1"
		printf '%s' "$cache/kernels/$1"
	else
		[ -f "$1/release" ] || die "unknown kernel '$1'" "use one of: $debian_kernels $debug_kernels"
		(cd "$1" && pwd)
	fi
}

# modules_of COMMAND: the modules that the tests in it name. Building no others saves most of the time.
modules_of() {
	local names module test
	mapfile -t names < <(grep -oE '[a-z_]+(\.sh)?' <<<"$1" | sed 's/\.sh$//' | sort -u)
	for module in "$repo"/selftests/modules/*.{rs,c,awk} "$repo"/samples/*.rs; do
		module=$(basename "${module%.*}")
		for test in "${names[@]}"; do
			if grep -qsw "$module" "$repo/selftests/$test.sh"; then
				printf '%s ' "$module"
				break
			fi
		done
	done
}

# files_beside_modules KERNEL TESTS: what some tests need in their guest, but for modules of ours. (Its root has no
# libraries.)
files_beside_modules() {
	local root=$cache/stress-ng/usr libraries=x86_64-linux-gnu
	case $2 in *kexec*) printf '%s\n' "$(kernel_dir "$1")/vmlinuz:vmlinuz" ;; esac
	case $2 in *rcutorture*) printf '%s\n' "$(kernel_dir "$1")"/build/kernel/{torture,rcu/rcutorture}.ko ;; esac
	case $2 in *stress-ng*)
		"$repo/scripts/provision-tool" stress-ng >&2
		printf '%s\n' "$root/bin/stress-ng:usr/bin/stress-ng" "$root/lib64:lib64" "$root/lib/$libraries:usr/lib/$libraries"
		;;
	esac
}

# all_are_built KERNEL: has a build of all modules, as the stage compile_fail leaves one, seen the sources as they are now?
all_are_built() {
	local log
	log=$cache/out/$(repo_id "$repo")/$(cat "$(kernel_dir "$1")/release")/default.log
	[ -e "$log" ] && [ -z "$(cd "$repo" && find Kbuild rust samples selftests -newer "$log" -print -quit)" ]
}

# build_crosscall KERNEL: what modules elsewhere are built with, as scripts/build. Building the others takes three times as long.
build_crosscall() {
	if all_are_built "$1"; then
		"$repo/scripts/build" --kernel "$1"
	else
		"$repo/scripts/build" --kernel "$1" --variant crosscall ONLY=crosscall
	fi
}

# products DIRECTORY: what guests get of a build: modules, and the programs of the tests.
products() { find "$1" -name '*.ko' -o -path '*/selftests/user/*' -type f -perm -u+x; }

# shellcheck disable=SC2034 # used by scripts/check
stages="static model mutants[:NofM] litmus patches upstream[:all|:arm|:rustc] compile_fail bench targets report deb deb_fresh boots:KERNEL[:BOOT] seeded:KERNEL[:NofM|:torture]"

. "$repo/scripts/products.sh"
. "$repo/scripts/variables.sh"
. "$repo/scripts/supervise.sh"
[ -n "${CROSSCALL_SUPERVISED:-}" ] || check_variables
supervise "$@"
